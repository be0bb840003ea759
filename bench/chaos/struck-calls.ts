import { setTimeout as pause } from "node:timers/promises";
import { random } from "../../test/bridge/random.ts";
import { kindOf } from "./blow.ts";
import { type BlowPlan, type PlannedBlow, blowPlan } from "./blow-plan.ts";
import type { CallOnStage } from "./call-on-stage.ts";
import { type CallResult, resultOf } from "./result.ts";
import type { Stage } from "./stage.ts";

/** What came of calls that were struck; `missed` are the blows for which there was nothing to be struck, by kind. */
export type Struck = { calls: CallResult[]; missed: ReadonlyMap<string, number> };

const shortestLifeMs = 60_000;
const longestLifeMs = 180_000;
/** Lines do not begin all at once. */
const apartMs = 300;

/** Has so many calls going on at a time, and strikes them by the plan. */
export async function struckCalls(stage: Stage, plan: BlowPlan): Promise<Struck> {
  const { seed, durationMs, lineCount } = plan;
  const startMs = performance.now();
  const elapsedMs = (): number => performance.now() - startMs;
  const onLine = new Map<number, CallOnStage>();
  const missed = new Map<string, number>();
  const results: Promise<CallResult>[] = [];

  /** One call after the other, until the time is over. */
  async function line(index: number): Promise<void> {
    const dice = random(seed * 1_000 + index);
    await pause(index * apartMs);
    while (elapsedMs() < durationMs) {
      const lifeMs = Math.min(dice.between(shortestLifeMs, longestLifeMs), durationMs - elapsedMs());
      const call = await stage.call({ seed: dice.between(1, 1_000_000), lifeMs });
      onLine.set(index, call);
      results.push(resultOf(call, stage.worker));
      await call.ended;
      onLine.delete(index);
    }
  }

  async function strike({ line, blow }: PlannedBlow): Promise<void> {
    const isStruck = (await onLine.get(line)?.strike(blow)) ?? false;
    if (!isStruck) missed.set(kindOf(blow), (missed.get(kindOf(blow)) ?? 0) + 1);
  }

  const lines = Array.from({ length: lineCount }, (_, index) => line(index));
  const blows: Promise<void>[] = [];
  for (const planned of blowPlan(plan)) {
    await pause(Math.max(0, planned.atMs - elapsedMs()));
    blows.push(strike(planned));
  }
  await Promise.all([...lines, ...blows]);
  return { calls: await Promise.all(results), missed };
}
