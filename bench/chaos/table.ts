import { percentile } from "../percentile.ts";
import { type Waited, blamedFor, gapsOf, undisturbed } from "./gap.ts";
import type { Outcome } from "./outcome.ts";

/** A call as far as the table goes. */
export type Course = Waited & { outcome: Outcome };

/** One line of the table: a kind of blow, what those made of them wait who went on, and how many did not. */
export type Row = { kind: string; gapsMs: number[]; endedCount: number };

/** What an answer takes when nothing is wrong, in this run; 0 where nothing was ever undisturbed. */
export function usualAnswerMs(calls: readonly Waited[]): number {
  const waitsMs = calls.flatMap(undisturbed);
  return waitsMs.length === 0 ? 0 : percentile(waitsMs, 50);
}

/** Every kind of blow that fell. */
export function rowsOf(calls: readonly Course[]): Row[] {
  const answerMs = usualAnswerMs(calls);
  const rows = new Map<string, Row>();
  for (const call of calls) {
    const gapsMs = gapsOf(call, answerMs);
    const fatal = fatalBlow(call, answerMs);
    for (const [index, { kind }] of call.blows.entries()) {
      const row = rows.get(kind) ?? { kind, gapsMs: [], endedCount: 0 };
      rows.set(kind, row);
      if (index === fatal) row.endedCount += 1;
      else row.gapsMs.push(gapsMs[index] ?? 0);
    }
  }
  return [...rows.values()].toSorted((a, b) => a.kind.localeCompare(b.kind));
}

/** Which blow a call did not survive: the last one, or the one that began the silence; -1 when it went on. */
export function fatalBlow({ outcome, blows, waits }: Course, answerMs: number): number {
  const [last] = waits.slice(-1);
  if (outcome === "went on") return -1;
  return outcome === "was left in silence" && last !== undefined ? blamedFor(last, blows, answerMs) : blows.length - 1;
}

const heading = ["", "struck", "missed", "went on", "ended", "gap p50", "p95", "max"];

/** The table, line by line. `missed` are the blows for which there was nothing to be struck, by kind. */
export function table(calls: readonly Course[], missed: ReadonlyMap<string, number>): string[] {
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
