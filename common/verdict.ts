import { type Fields, object, text } from "./json.ts";
import { type Sentence, parseSentence } from "./sentence.ts";

/** What should follow a stream that has ended, in the Worker's word; `say`: the assistant's own words for it. */
export type Judgement =
  | { verdict: "hang-up"; say?: Sentence | undefined }
  | { verdict: "fallback"; say?: Sentence | undefined }
  /** To a person; `isWarm`: who picks up hears a whisper, and presses a key to take the call. */
  | { verdict: "transfer"; to: string; isWarm: boolean }
  /** `round` tells them from others of the same call, and comes back when they have sounded. */
  | { verdict: "send-digits"; digits: string; round: number }
  /** Another stream, after a sentence if there is one. */
  | { verdict: "resume"; say?: Sentence | undefined };

/** What came of a transfer, in a query to the Worker. */
export const transferOutcomes = ["taken", "refused", "busy", "no-answer", "failed"] as const;
export type TransferOutcome = (typeof transferOutcomes)[number];

/**
 * What comes with the question: what came of a transfer, which keys for the far end have sounded, and whether the
 * caller has hung up, so that nobody hears what follows.
 */
export type VerdictNews = { transfer?: TransferOutcome | undefined; keysSent?: number | undefined; isOver?: boolean };

/** The news as a query. */
export function newsQuery({ transfer, keysSent, isOver }: VerdictNews): string {
  const query = new URLSearchParams();
  if (transfer !== undefined) query.set("transfer", transfer);
  if (keysSent !== undefined) query.set("keys", String(keysSent));
  if (isOver) query.set("over", "yes");
  return query.size > 0 ? `?${query.toString()}` : "";
}

/** Reads the news out of a query. */
export const parseNews = (query: URLSearchParams): VerdictNews => ({
  transfer: parseTransferOutcome(query.get("transfer")),
  keysSent: parseRound(query.get("keys")),
  isOver: query.has("over"),
});

/** Reads which keys have sounded; `undefined` for anything else. */
export const parseRound = (word: string | null | undefined): number | undefined =>
  /^\d{1,15}$/.test(word ?? "") ? Number(word) : undefined;

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
      const round = typeof fields["round"] === "number" ? fields["round"] : 0;
      return digits === undefined ? undefined : { verdict: "send-digits", digits, round };
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
