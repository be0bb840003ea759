import { expect } from "vitest";
import { type VirtualCall, type VirtualCallOptions, virtualCallOn } from "../world/virtual-call.ts";
import type { Harness, StandIn } from "./harness.ts";

/** Something that every provider must do, in words that complete "with it, …". */
export type Check = { feature: string; run: (harness: Harness) => Promise<void> };

export type Call = VirtualCall<StandIn>;

/**
 * A whole call, to its end; `meanwhile` something happens from outside. Whatever it was about: nobody is told off, and
 * nothing is left of it.
 */
export async function play(
  harness: Harness,
  options: VirtualCallOptions,
  meanwhile: { atMs: number; happens: (call: Call) => void } = { atMs: 0, happens: () => {} },
): Promise<Call> {
  const call = await virtualCallOn(harness.model, options);
  await call.run(meanwhile.atMs);
  meanwhile.happens(call);
  for (let ms = 0; ms < 60_000 && call.conversation.end === undefined; ms += 500) await call.run(500);
  await call.run(20_000);
  expect(call.conversation.end).toBeDefined();
  expect(call.conversation.census()).toEqual({ streamCount: 0, modelLegCount: 0, timerCount: 0 });
  expect(call.pendingTimerCount()).toBe(0);
  expect(call.warnings).toEqual([]);
  const facts = call.sessions.flatMap((session) => session.facts());
  expect(facts.filter(({ type }) => type === "objected" || type === "warning")).toEqual([]);
  return call;
}

/** The call ended as its caller, or its agent, wanted. */
export function expectGoodEnd(call: Call, reason: string): void {
  expect(call.conversation.end).toEqual({ verdict: "hang-up", reason });
}

export const expectFallback = (call: Call): void => expect(call.conversation.end?.verdict).toBe("fallback");

/** All that the caller heard. */
export const heard = (call: Call): Buffer =>
  Buffer.concat(call.stream.heard.messages.map(({ audio, heardBytes }) => audio.subarray(0, heardBytes)));

/** The fields of the log's lines of one kind. */
export const logged = (call: Call, kind: string): Record<string, unknown>[] =>
  call.log.flatMap(({ event, fields }) => (event === kind ? [fields] : []));

/** Sound that is like no other. */
export const noise = (durationMs: number, seed: number): Uint8Array =>
  Uint8Array.from(
    { length: durationMs * 8 },
    (_, index) => 0x20 + ((index * 7919 + seed * 104_729 + (index >> 5) * 31) % 32) + (index % 3 === 0 ? 0x80 : 0),
  );

/** What the agent has said, as the transcript has it. */
export const agentTexts = (call: Call): string[] =>
  call.conversation.transcript.flatMap(({ role, text }) => (role === "agent" ? [text] : []));
