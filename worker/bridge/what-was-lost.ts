import type { Loss } from "./return-note.ts";
import type { Line } from "./transcript.ts";

/**
 * What was lost with the object that wrote these lines, when it went without a word: the agent was being heard, or the
 * caller was waiting for an answer. `lines` are in the order of the talk.
 */
export function whatWasLost(lines: readonly Line[]): Loss {
  const last = lines.findLast(({ role, hearing }) => role !== "note" && hearing.name !== "forgotten");
  if (last === undefined) return "nothing";
  if (last.role === "caller") return "unsaid";
  return last.hearing.name === "heard" ? "nothing" : "cut-off";
}
