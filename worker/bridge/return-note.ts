import type { StreamEnd, TransferOutcome } from "./end.ts";
import { instructionsFor } from "./options.ts";

/** What the model is told when the caller is back on a new stream, and whether it is to speak first. */
export type ReturnNote = { text: string; isAnswerDue: boolean };

const whys: Record<Exclude<TransferOutcome, "taken">, string> = {
  refused: "they could not take the call",
  busy: "the line was busy",
  "no-answer": "nobody answered",
  failed: "the number could not be reached",
};

/**
 * The note after a stream that ended so; nothing when the model needs none. `outcome` is what came of a transfer,
 * `wasCutOff` whether the agent was being heard when the stream was lost.
 */
export function returnNote(
  end: StreamEnd,
  outcome: TransferOutcome | undefined,
  wasCutOff: boolean,
): ReturnNote | undefined {
  switch (end.verdict) {
    case "transfer": {
      const why = outcome === undefined || outcome === "taken" ? whys.failed : whys[outcome];
      return { text: instructionsFor.transferFailed(end.transfer.name, why), isAnswerDue: true };
    }
    case "send-digits":
      return { text: instructionsFor.digitsSent(end.digits), isAnswerDue: false };
    default:
      return wasCutOff ? { text: instructionsFor.resumed, isAnswerDue: true } : undefined;
  }
}
