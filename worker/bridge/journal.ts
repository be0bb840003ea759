import type { CarrierReport } from "./carrier-report.ts";
import type { ResponseOutcome } from "./events.ts";
import type { Cut } from "./playback.ts";
import type { CallFigures, Turn } from "./turn-figures.ts";
import type { TokenUsage } from "./usage.ts";
import type { TransferOutcome, Verdict } from "./end.ts";

/** The call's story, a fact a line; no audio and no secrets. Milliseconds are of the call's own clock. */
export type JournalEntry =
  /** The model is made ready before the stream comes. */
  | { kind: "call.prepared" }
  /** A prepared call that never began. */
  | { kind: "call.released"; reason: string }
  | { kind: "call.started" }
  /** The caller is off the stream, by our doing or by a fault, and what should bring them back. */
  | { kind: "caller.away"; verdict: Verdict; reason: string }
  /** `wasLost`: the stream was lost, and not left. */
  | { kind: "caller.back"; afterMs: number; wasLost: boolean }
  /** Another object has taken the call over from one that is gone. */
  | { kind: "call.recalled" }
  /** So much of the caller was too old to be heard when a model was there again. */
  | { kind: "caller.unheard"; durationMs: number }
  /** Nobody took a call that was transferred, or somebody did. */
  | { kind: "transfer.ended"; outcome: TransferOutcome }
  /** A session near its end was followed by another, of which the caller has heard nothing. */
  | { kind: "model.rolled-over" }
  /** The model is gone; another is had in its place if somebody is there to talk with. */
  | { kind: "model.lost"; reason: string }
  /** An answering machine has picked up. */
  | { kind: "machine"; does: "hang-up" | "leave-message" }
  | { kind: "model.ready"; afterMs: number }
  | { kind: "caller.speech-started" }
  | { kind: "caller.speech-stopped" }
  /** Speech over the agent that did not interrupt it: `click` was hardly the caller's voice, `aside` a short word. */
  | { kind: "caller.overheard"; as: "click" | "aside" }
  /** Keys were pressed; which ones is between the caller and the model. */
  | { kind: "caller.keys"; count: number }
  | { kind: "tool.called"; toolCallId: string; name: string }
  | { kind: "tool.finished"; toolCallId: string; durationMs: number }
  | ({ kind: "turn" } & Turn)
  | ({ kind: "call.figures"; tokens: TokenUsage; costUsd: number | undefined } & CallFigures)
  | { kind: "silence"; did: "prompted" | "said-goodbye" }
  | { kind: "farewell"; reason: string }
  | { kind: "farewell.taken-back" }
  | { kind: "caller.gap-filled"; durationMs: number }
  /** The caller spoke over playback: what was cut, and the round trip that the cut was reckoned with. */
  | { kind: "barge-in"; cuts: Cut[]; roundTripMs: number }
  | { kind: "response.started"; responseId: string }
  | { kind: "response.ended"; responseId: string; outcome: ResponseOutcome }
  /** The model has said more than anybody would wait for: the rest of the response is left out. */
  | { kind: "playback.full" }
  | { kind: "playback.heard"; itemId: string; audioMs: number }
  | ({ kind: "carrier.reported" } & CarrierReport)
  | { kind: "command.refused"; commandId: string; message: string }
  /** The last word on a session that is billed by time; unconfirmed when the model did not come to say it. */
  | { kind: "model.billed"; seconds: number; costUsd: number | undefined; isConfirmed: boolean }
  /** A price is not known: the dearest one that is known stands for it where a ceiling counts. */
  | { kind: "price.guessed"; model: string }
  /** What the call has cost, as far as it is known here: the model, and the line. */
  | { kind: "call.spent"; usd: number }
  | { kind: "call.ended"; verdict: Verdict; reason: string; durationMs: number };

/** The order to write a line of the story. */
export const journal = (entry: JournalEntry): { type: "journal.append"; entry: JournalEntry } => ({
  type: "journal.append",
  entry,
});
