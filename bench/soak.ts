import { parseArgs } from "node:util";
import { abortedCalls, isResumed } from "./chaos/aborted-calls.ts";
import { printReport } from "./chaos/report.ts";
import { startStage } from "./chaos/stage.ts";
import { watchWorker } from "./chaos/worker-memory.ts";

/**
 * So many calls, each of which loses its object once. Exits with 1 when one of them does not go on, hears something
 * twice, or leaves something behind (docs/chaos.md).
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
const [seed, abortCount, lineCount] = [Number(values.seed), Number(values.aborts), Number(values.calls)];

const stage = await startStage({ ...(values.models && { MODELS: values.models }) });
const memory = watchWorker();
console.log(`${abortCount} calls, ${lineCount} at a time, each aborted once, seed ${seed} ...`);
const { calls } = await abortedCalls(stage, { seed, abortCount, lineCount });
memory.stop();
const isGood = printReport({
  calls,
  missed: new Map(),
  memory: memory.samples,
  logLines: stage.worker.logLines,
});
const resumedCount = calls.filter(isResumed).length;
console.log(`\n${resumedCount} of ${abortCount} calls resumed`);
await stage.close();
process.exit(isGood && resumedCount === abortCount ? 0 : 1);
