import type { Absence } from "./absence.ts";
import type { End } from "./end.ts";

type Away = { name: "away"; startedAtMs: number; absence: Absence };

/** Where a call stands. */
export type Phase =
  /** Neither leg yet. */
  | { name: "waiting" }
  /** The model is made ready while the phone company still greets the caller. */
  | { name: "preparing" }
  /** The caller is on the line, and the model is, or soon. */
  | { name: "talking"; startedAtMs: number }
  /** The caller is off the stream, and comes back on another one; the model is kept for them. */
  | Away
  | { name: "ended"; end: End };

/** Whether the caller is being handed to a person, or talks with them by now. */
export const isPuttingThrough = (phase: Phase): phase is Away =>
  phase.name === "away" && phase.absence.end.verdict === "transfer" && phase.absence.outcome === undefined;
