import { parseArgs } from "node:util";
import { tableOf } from "../test/abuse/hostile.ts";
import { hostileInputs, laySiege } from "../test/abuse/siege.ts";
import type { Window } from "./good-call.ts";
import { percentile } from "./percentile.ts";

/**
 * What a good call feels of everything hostile that is done beside it, against itself in quiet, and against its twin at
 * a Worker that nobody attacks. `npm run bench -- abuse --seconds 20 --apart 1000`: the inputs come one a second, since here
 * all objects share one thread, and some of them are a burst of work for it.
 */
const { values } = parseArgs({
  options: { seconds: { type: "string", default: "20" }, apart: { type: "string", default: "1000" } },
});
const seconds = Number(values.seconds);

const siege = await laySiege({ quietMs: 10_000, apartMs: Number(values.apart), flood: { seconds, isPatient: false } });
const outcomes = await Promise.all(siege.outcomes);
const flooded = await siege.flooded;
const { windows, lostCount, strangeCount } = await siege.figures;

const rows = hostileInputs.map((hostile, index) => ({ ...hostile, answer: outcomes[index] ?? "" }));
console.log(tableOf(rows));
const wrongCount = rows.filter(({ answer }, index) => answer !== hostileInputs[index]?.answer).length;
console.log(`\n${rows.length} hostile inputs: ${wrongCount} answered otherwise than they should`);
console.log(`100 requests a second for ${seconds} s: ${flooded}`);
console.log(`The good call, 50 frames a second each way: ${lostCount} lost, ${strangeCount} strange; ms, one way\n`);

const quietP99Ms = percentile(windows["quiet"]?.attacked ?? [], 99);
console.log(cells("", "p50", "p99", "against quiet", "twin p50", "twin p99"));
for (const name of ["quiet", "abuse", "flood"]) console.log(row(name, windows[name] ?? { attacked: [], twin: [] }));
await siege.close();
process.exit(0);

function row(name: string, { attacked, twin }: Window): string {
  const p99Ms = percentile(attacked, 99);
  return cells(
    name,
    percentile(attacked, 50).toFixed(2),
    p99Ms.toFixed(2),
    `× ${(p99Ms / quietP99Ms).toFixed(2)}`,
    percentile(twin, 50).toFixed(2),
    percentile(twin, 99).toFixed(2),
  );
}

function cells(...texts: string[]): string {
  return texts.map((text) => text.padEnd(15)).join("");
}
