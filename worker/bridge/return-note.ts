import type { StreamEnd, TransferOutcome } from "./end.ts";
import { instructionsFor } from "./options.ts";

/** What the model is told, if anything, when the caller is back on a new stream, and whether it is to speak first. */
export type ReturnNote = { text: string | undefined; isAnswerDue: boolean };

/**
 * What is lost with a leg, or with an object of ours: words that were being said or heard, an answer that was about to
 * be, what the caller has said and nobody has written down, what they may have said while the phone sent nothing, or
 * nothing.
 */
export type Loss = "cut-off" | "unsaid" | "unheard" | "deaf" | "nothing";

const whys: Record<Exclude<TransferOutcome, "taken">, string> = {
  refused: "they could not take the call",
  busy: "the line was busy",
  "no-answer": "nobody answered",
  failed: "the number could not be reached",
};

/** The note after a stream that was left for something. `outcome` is what came of a transfer. */
export function returnNote(end: StreamEnd, outcome: TransferOutcome | undefined): ReturnNote {
  switch (end.verdict) {
    case "transfer": {
      const why = outcome === undefined || outcome === "taken" ? whys.failed : whys[outcome];
      return { text: instructionsFor.transferFailed(end.transfer.name, why), isAnswerDue: true };
    }
    case "send-digits":
      return { text: instructionsFor.digitsSent(end.digits), isAnswerDue: false };
    default:
      return { text: undefined, isAnswerDue: false };
  }
}

/** The note after something was lost: an answer of which nothing was heard is simply given again. */
export const lossNote = (loss: Loss): ReturnNote => ({ text: lossTexts[loss], isAnswerDue: loss !== "nothing" });

const lossTexts: Partial<Record<Loss, string>> = {
  "cut-off": instructionsFor.resumed,
  unheard: instructionsFor.sayAgain,
  deaf: instructionsFor.deaf,
};
