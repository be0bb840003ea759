import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { random } from "../test/bridge/random.ts";
import { printReport } from "./chaos/report.ts";
import { type CallResult, resultOf } from "./chaos/result.ts";
import { startStage } from "./chaos/stage.ts";
import { watchWorker } from "./chaos/worker-memory.ts";

/**
 * So many calls, each of which loses its object at a seeded moment of its conversation. Exits with 1 when one of them
 * does not go on, hears something twice, or leaves something behind.
 * `npm run soak -- --aborts 100 --seed 1 --calls 10`
 */
const { values } = parseArgs({
  options: {
    aborts: { type: "string", default: "100" },
    seed: { type: "string", default: "1" },
    calls: { type: "string", default: "10" },
    models: { type: "string" },
  },
});
const abortCount = Number(values.aborts);
const lineCount = Math.min(abortCount, Number(values.calls));
const seed = Number(values.seed);
const earliestMs = 3_000;
const latestMs = 20_000;
/** So long after it lost its object a call goes on talking. */
const aftermathMs = 15_000;
/** Calls come one after the other. */
const apartMs = 300;

const stage = await startStage({ ...(values.models && { MODELS: values.models }) });
const memory = watchWorker();
const missed = new Map<string, number>();
const results: Promise<CallResult>[] = [];
let dialledCount = 0;

async function abortOne(index: number): Promise<void> {
  const dice = random(seed * 1_000 + index);
  const atMs = dice.between(earliestMs, latestMs);
  const call = await stage.call({ seed: dice.between(1, 1_000_000), lifeMs: atMs + aftermathMs });
  results.push(resultOf(call, stage.worker));
  await pause(atMs);
  const isStruck = await call.strike({ on: "worker", fault: { fault: "abort" } });
  if (!isStruck) missed.set("worker abort", (missed.get("worker abort") ?? 0) + 1);
  await call.ended;
}

async function line(index: number): Promise<void> {
  await pause(index * apartMs);
  while (dialledCount < abortCount) await abortOne(dialledCount++);
}

console.log(`${abortCount} calls, ${lineCount} at a time, each aborted once, seed ${seed} ...`);
await Promise.all(Array.from({ length: lineCount }, (_, index) => line(index)));
const calls = await Promise.all(results);
memory.stop();
const isGood = printReport({ calls, missed, memory: memory.samples, logLines: stage.worker.logLines });
const resumedCount = calls.filter(({ outcome, blows }) => outcome === "went on" && blows.length > 0).length;
console.log(`\n${resumedCount} of ${abortCount} calls resumed`);
await stage.close();
process.exit(isGood && resumedCount === abortCount ? 0 : 1);
