import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { random } from "../test/bridge/random.ts";
import { kindOf } from "./chaos/blow.ts";
import { type PlannedBlow, blowPlan } from "./chaos/blow-plan.ts";
import type { CallOnStage } from "./chaos/call-on-stage.ts";
import { printReport } from "./chaos/report.ts";
import { type CallResult, resultOf } from "./chaos/result.ts";
import { startStage } from "./chaos/stage.ts";
import { watchWorker } from "./chaos/worker-memory.ts";

/**
 * Calls under random blows, on real sockets: what breaks, what the caller hears of it, and what is left behind. Exits
 * with 1 when a call ended that should not, something was heard twice, or something leaks (docs/chaos.md).
 * `npm run chaos -- --minutes 5 --seed 1 --calls 10`
 */
const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "5" },
    seed: { type: "string", default: "1" },
    calls: { type: "string", default: "10" },
    models: { type: "string" },
    only: { type: "string" },
  },
});
const durationMs = Number(values.minutes) * 60_000;
const lineCount = Number(values.calls);
const seed = Number(values.seed);
const shortestLifeMs = 60_000;
const longestLifeMs = 180_000;
/** Lines do not begin all at once: a second apart, as calls come. */
const apartMs = 300;

const stage = await startStage({ ...(values.models && { MODELS: values.models }) });
const memory = watchWorker();
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

console.log(`${lineCount} calls at a time for ${values.minutes} minutes, seed ${seed} ...`);
const lines = Array.from({ length: lineCount }, (_, index) => line(index));
const blows: Promise<void>[] = [];
for (const planned of blowPlan({ seed, durationMs, lineCount, ...(values.only && { only: values.only }) })) {
  await pause(Math.max(0, planned.atMs - elapsedMs()));
  blows.push(strike(planned));
}
await Promise.all([...lines, ...blows]);
const calls = await Promise.all(results);
memory.stop();
const isGood = printReport({ calls, missed, memory: memory.samples, logLines: stage.worker.logLines });
await stage.close();
process.exit(isGood ? 0 : 1);
