import { parseArgs } from "node:util";
import type { Network } from "../sim/network/delay.ts";
import { random } from "../test/bridge/random.ts";
import { type InterruptedCall, interruptedCalls } from "./interruptions-calls.ts";
import { percentile } from "./percentile.ts";

/**
 * How exactly the model's memory is cut where the caller interrupted it, on real sockets and through the real Worker.
 * Exits with 1 when a bound is missed. `npm run bench -- interruptions --calls 15 --network near`
 */
const { values } = parseArgs({
  options: {
    calls: { type: "string", default: "15" },
    interruptions: { type: "string", default: "210" },
    network: { type: "string" },
  },
});
const leastCount = 200;
const callCount = Number(values.calls);
const interruptionsPerCall = Math.ceil(Number(values.interruptions) / callCount);

type Distance = { name: string; p99BoundMs: number; network?: Network };

const dice = random(1);
const jittery = { delayMs: 70, jitterMs: 60 };
const distances: Distance[] = [
  { name: "near", p99BoundMs: 30 },
  { name: "far", p99BoundMs: 40, network: { toServer: jittery, toTwilio: jittery, random: () => dice.next() } },
];

type Result = { cells: (string | number)[]; misses: string[] };

function resultOf({ name, p99BoundMs }: Distance, calls: InterruptedCall[]): Result {
  const signedMs = calls.flatMap(({ cuts }) => cuts.map(({ audioEndMs, heardMs }) => audioEndMs - heardMs));
  const errorsMs = signedMs.map(Math.abs);
  const meanMs = signedMs.reduce((sum, errorMs) => sum + errorMs, 0) / signedMs.length;
  const p99Ms = percentile(errorsMs, 99);
  const objections = calls.flatMap((call) => call.objections);
  const unmatchedCount = calls.reduce((sum, { clearCount, cuts }) => sum + Math.abs(clearCount - cuts.length), 0);
  const times = [percentile(errorsMs, 50), p99Ms, Math.max(...errorsMs), meanMs].map((ms) => ms.toFixed(1));
  return {
    cells: [name, errorsMs.length, ...times, p99BoundMs, objections.length, unmatchedCount],
    misses: [
      ...(errorsMs.length < leastCount ? [`${errorsMs.length} interruptions are fewer than ${leastCount}`] : []),
      ...(p99Ms <= p99BoundMs ? [] : [`the 99th percentile is over ${p99BoundMs} ms`]),
      ...objections.map((message) => `the model refused: ${message}`),
      ...(unmatchedCount === 0 ? [] : [`${unmatchedCount} clears without a cut, or cuts without a clear`]),
    ].map((miss) => `${name}: ${miss}`),
  };
}

const row = (cells: readonly (string | number)[]): string => cells.map((cell) => String(cell).padEnd(14)).join(" ");

const chosen = distances.filter(({ name }) => values.network === undefined || values.network === name);
if (chosen.length === 0) throw new Error(`--network is near or far, not ${values.network}`);
console.log(
  `${callCount} calls at once, each interrupted ${interruptionsPerCall} times within 8 s of what the agent says`,
);
console.log("error = audio_end_ms − what the phone had heard, in ms; far = 100 ± 30 ms each way to the phone");
console.log(
  row(["network", "interruptions", "|error| p50", "p99", "max", "mean", "p99 bound", "rejected", "spurious"]),
);
const misses: string[] = [];
for (const distance of chosen) {
  const { network } = distance;
  const calls = await interruptedCalls({ callCount, interruptionsPerCall, ...(network && { network }) });
  const result = resultOf(distance, calls);
  console.log(row(result.cells));
  misses.push(...result.misses);
}
for (const miss of misses) console.error(`missed: ${miss}`);
process.exit(misses.length === 0 ? 0 : 1);
