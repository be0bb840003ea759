import type { Absence } from "./absence.ts";
import type { Loss } from "./return-note.ts";
import type { TokenUsage } from "./usage.ts";
import type { Line } from "./transcript.ts";

/** What is to be known of a call by whoever goes on with it: another session of a model, or another object of ours. */
export type CallMemory = CallState & { lines: readonly Line[] };

/** The part of it that is not the conversation. */
export type CallState = {
  startedAtMs: number;
  /** Why the caller is off the stream, if they were meant to be. */
  absence: Absence | undefined;
  isMachineListening: boolean;
  /** Whether the model was there yet: then the caller was greeted, or is in words by now. */
  hasBegun: boolean;
  /** What is lost if nobody goes on where this was. */
  loss: Loss;
  /** How many sessions there were: items of ours are named by them. */
  sessionCount: number;
  tokens: TokenUsage;
  /** `undefined` once a price was not known. */
  costUsd: number | undefined;
  /** What was told of its cost to whoever adds it up, and the model's part of what it has come to. */
  toldUsd: number;
  modelUsd: number;
};
