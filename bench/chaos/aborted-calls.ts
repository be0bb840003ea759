import { setTimeout as pause } from "node:timers/promises";
import { random } from "../../test/bridge/random.ts";
import { type CallResult, resultOf } from "./result.ts";
import type { Stage } from "./stage.ts";

export type AbortPlan = { seed: number; abortCount: number; lineCount: number };

const earliestMs = 3_000;
const latestMs = 20_000;
/** So long after it lost its object a call goes on talking. */
const aftermathMs = 15_000;
/** Lines do not begin all at once. */
const apartMs = 300;

/** Makes so many calls, each of which loses its object at a seeded moment of its conversation. */
export async function abortedCalls(
  stage: Stage,
  { seed, abortCount, lineCount }: AbortPlan,
): Promise<{ calls: CallResult[] }> {
  const results: Promise<CallResult>[] = [];
  let dialledCount = 0;

  async function abortOne(index: number): Promise<void> {
    const dice = random(seed * 1_000 + index);
    const atMs = dice.between(earliestMs, latestMs);
    const call = await stage.call({ seed: dice.between(1, 1_000_000), lifeMs: atMs + aftermathMs });
    results.push(resultOf(call, stage.worker));
    await pause(atMs);
    await call.strike({ on: "worker", fault: { fault: "abort" } });
    await call.ended;
  }

  async function line(index: number): Promise<void> {
    await pause(index * apartMs);
    while (dialledCount < abortCount) await abortOne(dialledCount++);
  }

  await Promise.all(Array.from({ length: Math.min(lineCount, abortCount) }, (_, index) => line(index)));
  return { calls: await Promise.all(results) };
}

/** Whether a call lost its object, and the conversation went on. */
export const isResumed = ({ outcome, blows }: CallResult): boolean => outcome === "went on" && blows.length > 0;
