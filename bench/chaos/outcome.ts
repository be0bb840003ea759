import type { LogEntry } from "../../sim/twilio/call/call-log.ts";
import type { Wait } from "./gap.ts";

/** What became of a call. All but the first should not have been. */
export type Outcome = "went on" | "was hung up on" | "fell back" | "was left in silence";

/** A call that is over, as Twilio and the caller saw it. */
type Course = { log: readonly LogEntry[]; hasHungUp: boolean; waits: readonly Wait[]; endMs: number };

/** Who hears nothing for so long, and until the end, has lost the conversation. */
const silenceMs = 12_000;

export function outcomeOf({ log, hasHungUp, waits, endMs }: Course): Outcome {
  const hasFallenBack = log.some((entry) => entry.kind === "verb" && ["Record", "Dial"].includes(entry.verb));
  if (hasFallenBack) return "fell back";
  if (!hasHungUp) return "was hung up on";
  const last = waits.at(-1);
  const isLeft = last !== undefined && last.toMs === undefined && endMs - last.fromMs >= silenceMs;
  return isLeft ? "was left in silence" : "went on";
}
