import type { Follow, TransferOutcome } from "./end.ts";

/**
 * What should follow a stream, by what a conversation remembers, and by what came of a transfer. Who was taken over by
 * a person has said goodbye to them, though nobody remembers the call by then; who was not, and finds the conversation
 * over, and everybody whom nobody remembers, is left to the ladder.
 */
export function whatFollows(remembered: Follow | undefined, transfer: TransferOutcome | undefined): Follow {
  if (transfer === "taken") return { verdict: "hang-up", say: "" };
  const isOver = remembered === undefined || (transfer !== undefined && remembered.verdict === "hang-up");
  return isOver ? { verdict: "fallback" } : remembered;
}
