import { parseArgs } from "node:util";
import { printReport } from "./chaos/report.ts";
import { startStage } from "./chaos/stage.ts";
import { struckCalls } from "./chaos/struck-calls.ts";
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
    only: { type: "string", default: "" },
  },
});
const { minutes, only } = values;
const [seed, lineCount] = [Number(values.seed), Number(values.calls)];

const stage = await startStage({ ...(values.models && { MODELS: values.models }) });
const memory = watchWorker();
console.log(`${lineCount} calls at a time for ${minutes} minutes, seed ${seed} ...`);
const struck = await struckCalls(stage, { seed, durationMs: Number(minutes) * 60_000, lineCount, only });
memory.stop();
const isGood = printReport({ ...struck, memory: memory.samples, logLines: stage.worker.logLines });
await stage.close();
process.exit(isGood ? 0 : 1);
