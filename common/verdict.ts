import { type Fields, object, text } from "./json.ts";
import { type Sentence, parseSentence } from "./sentence.ts";

/** What should follow a stream that has ended, in the Worker's word; `say`: the assistant's own words for it. */
export type Judgement =
  | { verdict: "hang-up"; say?: Sentence | undefined }
  | { verdict: "fallback"; say?: Sentence | undefined }
  /** To a person; `isWarm`: who picks up hears a whisper, and presses a key to take the call. */
  | { verdict: "transfer"; to: string; isWarm: boolean }
  | { verdict: "send-digits"; digits: string }
  /** Another stream, after a sentence if there is one. */
  | { verdict: "resume"; say?: Sentence | undefined };

/** What came of a transfer, in a query to the Worker. */
export const transferOutcomes = ["taken", "refused", "busy", "no-answer", "failed"] as const;
export type TransferOutcome = (typeof transferOutcomes)[number];

/**
 * What comes with the question: what came of a transfer, whether the keys for the far end have sounded, and whether the
 * caller has hung up, so that nobody hears what follows.
 */
export type VerdictNews = { transfer?: TransferOutcome | undefined; areKeysSent?: boolean; isOver?: boolean };

/** The news as a query. */
export function newsQuery({ transfer, areKeysSent, isOver }: VerdictNews): string {
  const query = new URLSearchParams();
  if (transfer !== undefined) query.set("transfer", transfer);
  if (areKeysSent) query.set("keys", "sent");
  if (isOver) query.set("over", "yes");
  return query.size > 0 ? `?${query.toString()}` : "";
}

/** Reads the news out of a query. */
export const parseNews = (query: URLSearchParams): VerdictNews => ({
  transfer: parseTransferOutcome(query.get("transfer")),
  areKeysSent: query.has("keys"),
  isOver: query.has("over"),
});

/** Reads what came of a transfer; `undefined` for anything else. */
export const parseTransferOutcome = (word: string | null | undefined): TransferOutcome | undefined =>
  transferOutcomes.find((outcome) => outcome === word);

/** Reads the Worker's answer to the verdict question; anything else is not an answer. */
export function parseJudgement(answer: unknown): Judgement | undefined {
  const fields = object(answer);
  switch (fields["verdict"]) {
    case "hang-up":
    case "fallback":
      return { verdict: fields["verdict"], say: parseSentence(fields["say"]) };
    case "transfer":
      return parseTransfer(fields);
    case "send-digits": {
      const digits = text(fields["digits"]);
      return digits === undefined ? undefined : { verdict: "send-digits", digits };
    }
    case "resume":
      return { verdict: "resume", say: parseSentence(fields["say"]) };
    default:
      return undefined;
  }
}

function parseTransfer(fields: Fields): Judgement | undefined {
  const to = text(fields["to"]);
  return to === undefined ? undefined : { verdict: "transfer", to, isWarm: fields["isWarm"] === true };
}
