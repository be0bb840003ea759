import type { CarrierReport } from "./carrier-report.ts";
import type { KeyRequest } from "./key-request.ts";
import type { TransferOutcome } from "./end.ts";
import type { Next } from "./next.ts";
import type { SpendLimit } from "./spending-policy.ts";
import type { Cost, TokenUsage } from "./usage.ts";
import type { TimerName } from "./timers.ts";

/**
 * What can happen to a call, each a fact. Audio is base64 that nobody here looks into: the codecs say how long it is,
 * and how loud (dBFS, of all of it or of each 20 ms), which they compute when it is read.
 * Ids of responses and items are the model's own, opaque.
 */
export type BridgeEvent =
  // The caller leg.
  /** The call was answered, and its stream will follow: `said` is what the phone company tells the caller until then. */
  | { type: "call.prepared"; said?: string | undefined }
  /** The call has begun with another object of ours, which is gone: what it knew was given to this one. */
  | { type: "call.recalled" }
  /** `said` is what the phone company has told the caller; `streamSid` is the stream's name in its reports. */
  | { type: "stream.started"; said?: string | undefined; streamSid?: string }
  /** The phone company says that the stream is over: the call ended, or was taken elsewhere. */
  | { type: "stream.stopped" }
  /** The stream's socket is gone. */
  | { type: "stream.closed"; code: number; reason: string }
  /** `timestampMs` is the stream's own time of the frame; NaN when it has none. */
  | { type: "caller.audio"; payload: string; durationMs: number; timestampMs: number; readonly levelDb: number }
  | { type: "caller.dtmf"; digit: string }
  | { type: "playback.marked"; name: string }
  // The model leg.
  /** The session is open and waits to be configured; how turns are taken with it, unless as the options say. */
  | { type: "model.opened"; turns?: TurnPolicyName }
  /** The session is configured as asked: audio may flow, until it ends by itself at `expiresAtMs` (Unix time). */
  | { type: "model.ready"; expiresAtMs?: number | undefined }
  /** The session cannot be had, or cannot go on. */
  | { type: "model.failed"; reason: string }
  | { type: "model.closed"; code: number; reason: string }
  /** The session that is to follow this one is open, is ready, or cannot be had. */
  | { type: "next.opened"; turns?: TurnPolicyName | undefined }
  | { type: "next.ready"; expiresAtMs?: number | undefined }
  | { type: "next.failed"; refusedId?: string }
  | { type: "model.response-started"; responseId: string }
  | ModelAudio
  /** The item has no more audio. Generated, not heard. */
  | { type: "model.audio-ended"; responseId: string; itemId: string }
  | { type: "model.response-ended"; responseId: string; outcome: ResponseOutcome }
  /** An item stands in the conversation, behind another one. */
  | { type: "model.item-added"; itemId: string; previousItemId: string | undefined; role: "caller" | "agent" }
  /** What the caller said in an item, late; `undefined`: it could not be written down. */
  | { type: "model.caller-words"; itemId: string; text: string | undefined }
  /** More of what the model says in an item: generated, not heard. `atMs`: where in its audio, if that is known. */
  | { type: "model.agent-words"; itemId: string; text: string; atMs?: number }
  /** The next stretch of what the model sends, silence included: from one that knows no items, and never stops. */
  | ModelSound
  /** More words of either side, and where they begin on the session's own time, from a model that knows no items. */
  | { type: "model.words"; by: "caller" | "agent"; text: string; startMs: number }
  /** How long the session has lasted in all, where it is billed by time: never to be summed. The last is final. */
  | ({ type: "model.metered"; seconds: number; isFinal: boolean } & Cost)
  /** What a response, or writing down the caller's words, took. */
  | ({ type: "model.usage"; tokens?: TokenUsage } & Cost)
  /** The model wants a tool run, and its call is complete. */
  | ({ type: "model.tool-called" } & ToolCall)
  /** The model has a tool's output. */
  | { type: "model.tool-output-taken"; toolCallId: string }
  /** The model hears the caller begin, or stop, to speak. */
  | { type: "model.speech-started"; itemId: string }
  | { type: "model.speech-stopped" }
  /** The model did not do what a command asked. */
  | { type: "model.command-refused"; commandId: string; refusal: Refusal; message: string }
  // The shell.
  /** A tool asks the caller for keys that nobody else may learn of. */
  | { type: "keys.wanted"; toolCallId: string; request: KeyRequest }
  /** A tool has come to an end, well or not: `output` is what the model reads. */
  | { type: "tool.finished"; toolCallId: string; output: string; next: Next }
  /** The phone company reports on the call by itself, in any order. */
  | { type: "carrier.reported"; report: CarrierReport }
  /** Somebody asked what follows the stream. */
  | { type: "verdict.asked" }
  /** A call that was transferred has come to an end, or back. */
  | { type: "transfer.ended"; outcome: TransferOutcome }
  /** The keys for the far end have sounded; `round` says which, if that is known. */
  | { type: "keys.sent"; round?: number | undefined }
  /** Who counts what all calls cost says that it is enough. */
  | { type: "spending.stopped"; limit: SpendLimit }
  | { type: "timer.fired"; timer: TimerName }
  /** Our own code threw. It was logged; the caller must still hear a sentence. */
  | { type: "shell.failed" };

export type ModelAudio = {
  type: "model.audio";
  responseId: string;
  itemId: string;
  payload: string;
  durationMs: number;
  readonly levelsDb: readonly number[];
};

export type ModelSound = { type: "model.sound"; payload: string; durationMs: number; readonly levelDb: number };

/**
 * `server-vad`: the model reports the caller's speech, and may leave it to us whether to stop and to answer.
 * `server-turns`: it reports speech, and always stops and answers by itself.
 * `continuous`: it listens while it speaks, and reports nothing.
 */
export type TurnPolicyName = "server-vad" | "server-turns" | "continuous";

export type ResponseOutcome = "completed" | "cancelled" | "incomplete" | "failed";

/** `response-active`: another response was running. `invalid`: the command itself was wrong. */
export type Refusal = "response-active" | "invalid" | "other";

/** A tool that the model wants run; `arguments` is the model's JSON, unread. */
export type ToolCall = { responseId: string; toolCallId: string; name: string; arguments: string };
