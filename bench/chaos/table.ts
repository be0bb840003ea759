import { percentile } from "../percentile.ts";
import { gapsOf, undisturbed } from "./gap.ts";
import type { CallResult } from "./result.ts";

/** One line of the table: a kind of blow. */
type Row = { kind: string; gapsMs: number[]; endedCount: number };

/** What an answer takes when nothing is wrong, in this run. */
export const usualAnswerMs = (calls: readonly CallResult[]): number =>
  percentile(
    calls.flatMap(({ waits, blows }) => undisturbed(waits, blows)),
    50,
  );

/** Every kind of blow that fell. A call that ended is the doing of the blow before its end. */
export function rowsOf(calls: readonly CallResult[]): Row[] {
  const rows = new Map<string, Row>();
  const answerMs = usualAnswerMs(calls);
  for (const { blows, waits, endMs, outcome } of calls) {
    const gapsMs = gapsOf(blows, waits, Number.isNaN(answerMs) ? 0 : answerMs, endMs);
    for (const [index, { kind }] of blows.entries()) {
      const row = rows.get(kind) ?? { kind, gapsMs: [], endedCount: 0 };
      rows.set(kind, row);
      const hasEnded = outcome !== "went on" && index === blows.length - 1;
      if (hasEnded) row.endedCount += 1;
      else row.gapsMs.push(gapsMs[index] ?? 0);
    }
  }
  return [...rows.values()].toSorted((a, b) => a.kind.localeCompare(b.kind));
}

const heading = ["", "struck", "missed", "went on", "ended", "gap p50", "p95", "max"];

/** The table, line by line. `missed` are the blows for which there was nothing to be struck, by kind. */
export function table(calls: readonly CallResult[], missed: ReadonlyMap<string, number>): string[] {
  const rows = rowsOf(calls).map(({ kind, gapsMs, endedCount }) => [
    kind,
    gapsMs.length + endedCount,
    missed.get(kind) ?? 0,
    gapsMs.length,
    endedCount,
    ...[50, 95, 100].map((percent) => inSeconds(percentile(gapsMs, percent))),
  ]);
  return [heading, ...rows].map((cells) => cells.map((cell, column) => padded(String(cell), column)).join(" "));
}

const inSeconds = (ms: number): string => (Number.isNaN(ms) ? "–" : `${(ms / 1000).toFixed(1)} s`);
const padded = (text: string, column: number): string => (column === 0 ? text.padEnd(24) : text.padStart(8));
