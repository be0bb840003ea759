import type { Verdict } from "./end.ts";
import type { JournalEntry } from "./journal.ts";
import type { Remembered } from "./remembered.ts";
import type { TimerName } from "./timers.ts";

/** What to do about it, each an order; to be carried out in this order, at once. */
export type Effect =
  | CallerEffect
  | ModelEffect
  | ToolEffect
  | TimerEffect
  /** Ends the call at the phone company: nobody asked what follows the stream. */
  | { type: "call.complete" }
  /** Has the phone company ask what follows the stream: it has not by itself. */
  | { type: "call.redirect" }
  /** Tells what the call has cost so far, in all; a call that is over costs no more, but for a bill that comes late. */
  | { type: "spend.report"; usd: number; isOver: boolean }
  | { type: "journal.append"; entry: JournalEntry };

export type CallerEffect =
  | { type: "caller.play"; payload: string }
  | { type: "caller.mark"; name: string }
  /** Drops what the phone has not played yet. */
  | { type: "caller.clear" }
  /** Ends the stream; what follows is the verdict. */
  | { type: "stream.close"; verdict: Verdict; reason: string };

/** `commandId` names a command, so that the model's refusal of it can be told from others. */
export type ModelEffect =
  | { type: "model.open" }
  /** Dials the session that is to follow this one, and has it take this one's place. */
  | { type: "model.open-next" }
  | { type: "model.swap" }
  /** `history`: what was said before this session; `to`: the session that is to follow, without it the one that is. */
  | { type: "model.configure"; commandId: string; history: readonly Remembered[]; to?: "next" }
  /** Tells the model more of what it was not there for, without asking for an answer. */
  | { type: "model.recall"; commandId: string; items: readonly Remembered[] }
  /** Wants any word from the model, which changes nothing. */
  | { type: "model.probe"; commandId: string }
  | { type: "model.append-audio"; payload: string }
  | { type: "model.append-silence"; durationMs: number }
  /** Makes the model forget what it said in this item after `audioEndMs`, because nobody heard it. */
  | { type: "model.truncate"; commandId: string; itemId: string; audioEndMs: number }
  /** Tells the model something that the caller, it itself, or nobody has said, without asking for an answer. */
  | { type: "model.add-text"; commandId: string; by: "caller" | "agent" | "nobody"; text: string }
  | { type: "model.add-tool-output"; commandId: string; toolCallId: string; output: string }
  | { type: "model.create-response"; commandId: string; instructions?: string | undefined }
  /** Stops the response that is being generated. */
  | { type: "model.cancel-response"; commandId: string; responseId: string }
  /** Takes an item out of the conversation: something that was not said to the model. */
  | { type: "model.delete-item"; commandId: string; itemId: string }
  | { type: "model.close" };

export type ToolEffect =
  | { type: "tool.run"; toolCallId: string; name: string; arguments: string }
  /** Hands a tool the keys that it has asked for; none were pressed: an empty text. */
  | { type: "keys.give"; toolCallId: string; digits: string }
  /** Aborts every tool that runs. */
  | { type: "tool.abort-all" };

export type TimerEffect =
  | { type: "timer.set"; timer: TimerName; afterMs: number }
  | { type: "timer.clear"; timer: TimerName };
