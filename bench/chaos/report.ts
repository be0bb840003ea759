import { type Complaint, complaints, settledSlope } from "./verdict.ts";
import type { CallResult } from "./result.ts";
import type { Struck } from "./struck-calls.ts";
import { table, usualAnswerMs } from "./table.ts";
import { type MemorySample, slopePerMinute } from "./worker-memory.ts";

/** A run that is over. */
type Run = Struck & {
  memory: readonly MemorySample[];
  /** What the Worker has logged. */
  logLines: readonly Record<string, unknown>[];
};

/** How many complaints come with what the Worker logged meanwhile, and how much of it. */
const mostTold = 10;
const mostLines = 20;
const mostCharacters = 200;
const aroundMs = 3_000;

/** Prints what came of a run; gives whether all is as it should be. */
export function printReport({ calls, missed, memory, logLines }: Run): boolean {
  console.log("");
  for (const line of table(calls, missed)) console.log(line);
  const wentOn = calls.filter(({ outcome }) => outcome === "went on").length;
  const sum = (of: (call: CallResult) => number): number => calls.reduce((total, call) => total + of(call), 0);
  console.log(`\n${calls.length} calls: ${wentOn} went on to their end, ${calls.length - wentOn} did not`);
  console.log(
    `An undisturbed answer takes ${(usualAnswerMs(calls) / 1000).toFixed(2)} s; gaps are what was beyond that`,
  );
  console.log(
    `Heard twice: ${sum((call) => call.repeatedMs)} ms of sound, ${sum((call) => call.repeatedCount)} things`,
  );
  console.log(`Left behind: ${sum((call) => call.leftoverCount)} sockets and timers`);
  console.log(memoryLine(memory));
  const all = complaints(calls, memory);
  for (const [index, complaint] of all.entries()) {
    console.error(`\nmissed: ${complaint.text}`);
    if (index < mostTold) for (const line of logOf(complaint, calls, logLines)) console.error(`    ${line}`);
  }
  return all.length === 0;
}

function memoryLine(memory: readonly MemorySample[]): string {
  const [first, last] = [memory[0], memory.at(-1)];
  if (first === undefined || last === undefined) return "The Worker's memory: not measured, since there is no ps";
  const settled = settledSlope(memory);
  const slope = `${(settled ?? slopePerMinute(memory)).toFixed(1)} MB a minute`;
  const note = settled === undefined ? "over the whole run, which is too short to judge it" : "once it was warm";
  return `The Worker's memory: ${first.megabytes.toFixed(0)} MB at the start, ${last.megabytes.toFixed(0)} MB at the end; ${slope} ${note}`;
}

/** What the Worker logged of the call at that time, by the call's clock. */
function logOf({ call: at }: Complaint, calls: readonly CallResult[], logLines: Run["logLines"]): string[] {
  const call = calls.find(({ callSid }) => callSid === at?.callSid);
  if (call === undefined || at === undefined) return [];
  const told = logLines.flatMap(({ at: date, callSid, ...fields }) => {
    const ms = Date.parse(String(date)) - call.answeredAtUnixMs;
    const isToldOf = callSid === at.callSid && ms >= at.fromMs - aroundMs && ms <= at.toMs + aroundMs;
    return isToldOf
      ? [`${(ms / 1000).toFixed(2).padStart(7)} s ${JSON.stringify(fields).slice(0, mostCharacters)}`]
      : [];
  });
  return told.slice(-mostLines);
}
