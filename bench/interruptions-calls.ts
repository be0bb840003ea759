import { setTimeout as pause } from "node:timers/promises";
import { type CutError, auditPlayback } from "../sim/audit.ts";
import type { OpenAISession } from "../sim/openai/server.ts";
import type { Scenario } from "../sim/openai/scenario.ts";
import type { PhoneStep } from "../sim/phone/step.ts";
import type { CallReport } from "../sim/twilio/call/call-request.ts";
import type { Network } from "../sim/network/delay.ts";
import { type Random, random } from "../test/bridge/random.ts";
import { type World, startWorld } from "../test/world/world.ts";

export type InterruptionsPlan = {
  callCount: number;
  interruptionsPerCall: number;
  /** What lies between the phone company and the Worker; without it, nothing does. */
  network?: Network;
};

/** What one call's interruptions came to. */
export type InterruptedCall = {
  cuts: CutError[];
  clearCount: number;
  /** What the model refused, in its words. */
  objections: string[];
};

/** Each reply is longer than anybody waits before interrupting it. */
const replyMs = 12_000;
const latestMs = 8_000;
/** How long a call may take to reach the model, before the next one is dialled. */
const reachModelMs = 10_000;

/**
 * Holds so many calls at once through the real Functions and the real Worker, each interrupted again and again at
 * seeded random moments of what the agent says, and holds what each phone heard against what its model was told.
 *
 * @throws Error when audio was lost or mixed up, when a call did not reach the model, or when one left something behind.
 */
export async function interruptedCalls(plan: InterruptionsPlan): Promise<InterruptedCall[]> {
  const { callCount, interruptionsPerCall, network } = plan;
  const dice = Array.from({ length: callCount }, (_, call) => random(call + 1));
  // All sound is made before the first call: to make it takes longer than a frame.
  const scenarios = dice.map((each) => scenario(each, interruptionsPerCall + 2));
  const world = await startWorld({
    model: { scenario: (connection) => scenarios[connection] ?? {} },
    texts: { SAY_GREETING: "off" },
    ...(network && { twilio: { network } }),
  });
  try {
    const calls: Promise<InterruptedCall>[] = [];
    for (const each of dice) {
      const { ended } = await world.dial(script(each, interruptionsPerCall));
      // One after the other, so that it is known whose session is whose.
      const session = await sessionOf(world, calls.length);
      calls.push(ended.then((report) => judge(report, session)));
    }
    return await Promise.all(calls);
  } finally {
    await world.close();
  }
}

function scenario(dice: Random, replyCount: number): Scenario {
  return {
    replies: Array.from({ length: replyCount }, () => ({
      items: [{ type: "sound", audio: noise(dice), transcript: "noise" }],
    })),
  };
}

/** Noise that is like no other: every byte that was heard can be told where it comes from. */
const noise = (dice: Random): Uint8Array =>
  Uint8Array.from({ length: replyMs * 8 }, () => dice.pick([0x30, 0xb0]) + dice.between(0, 31));

const script = (dice: Random, interruptionCount: number): PhoneStep[] => [
  { step: "pause", ms: 1_000 },
  { step: "say", text: "Hello" },
  ...Array.from({ length: interruptionCount }, () => interruption(dice)).flat(),
  { step: "hang-up" },
];

const interruption = (dice: Random): PhoneStep[] => [
  { step: "wait-for-agent", spokenMs: dice.between(0, latestMs), atMostMs: replyMs },
  { step: "say", text: "Stop it" },
  { step: "pause", ms: 1_000 },
];

async function sessionOf({ openai }: World, call: number): Promise<OpenAISession> {
  for (let waitedMs = 0; waitedMs < reachModelMs; waitedMs += 20) {
    const session = openai?.sessions[call];
    if (session !== undefined) return session;
    await pause(20);
  }
  throw new Error(`call ${call + 1} has not reached the model within ${reachModelMs} ms`);
}

function judge({ streams }: CallReport, { realtime }: OpenAISession): InterruptedCall {
  const [stream] = streams;
  if (stream === undefined) throw new Error("a call had no stream");
  const facts = realtime.facts();
  return {
    cuts: auditPlayback(stream.heard, realtime.spoken(), facts, { mayEndEarly: true }),
    clearCount: stream.heard.clears.length,
    // A response may end while our word to cancel it is on its way: that is no objection to a cut (openai.md A9).
    objections: facts.flatMap((fact) =>
      fact.type === "objected" && fact.code !== "response_cancel_not_active" ? [fact.message] : [],
    ),
  };
}
