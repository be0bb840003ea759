/** A call handed to a person. With a `whisper`, who picks up hears it, and takes the call or leaves it. */
export type Transfer = { to: string; name: string; whisper?: string | undefined };

/** What came of a transfer. `refused`: somebody picked up, and did not take the call. */
export type TransferOutcome = "taken" | "refused" | "busy" | "no-answer" | "failed";

/** What should follow the stream, in the phone company's hands. */
export type Follow =
  /** The end of the call, after a last sentence: the usual one, unless `say` has another; none if it is empty. */
  | { verdict: "hang-up"; say?: string | undefined }
  /** Nothing can be said any more: the ladder of what can be done without us. */
  | { verdict: "fallback" }
  /** A person takes over; the caller comes back when nobody does. */
  | { verdict: "transfer"; transfer: Transfer }
  /** Keys for the far end, and then the stream again. */
  | { verdict: "send-digits"; digits: string; round?: number }
  /**
   * Another stream: the one before was lost, or left so that a sentence can be heard (`isToWait`). `isUnlikely`: it was
   * silent for so long that probably nobody is there any more.
   */
  | { verdict: "resume"; isToWait?: boolean; isUnlikely?: boolean };

export type Verdict = Follow["verdict"];

/** Why a stream ended: what follows it, and the reason in a few words. */
export type StreamEnd = Follow & { reason: string };

/** How a call ended: of what may follow a stream, that from which nobody comes back. */
export type End = Extract<Follow, { verdict: "hang-up" | "fallback" }> & { reason: string };

/** Whether the call is over with this end, or only on its way. */
export const isEnd = (end: StreamEnd): end is End => end.verdict === "hang-up" || end.verdict === "fallback";
