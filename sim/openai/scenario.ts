import type { TimedFault } from "../network/link-fault.ts";

/** One thing the model puts into a response. */
export type ReplyItem =
  | { type: "speech"; text: string }
  /** Sound as it is, 8 kHz μ-law, with the transcript it claims. */
  | { type: "sound"; audio: Uint8Array; transcript: string }
  /** Arguments given as a string are sent as they are, also when they are no JSON. */
  | { type: "function-call"; name: string; arguments: Record<string, unknown> | string };

/**
 * How a response ends when nobody interrupts it. An ending that is not `completed` comes after `afterMs` of speech. A Live
 * session has no responses: there the speech is cut by an `error`, as moderation does it, and the session goes on.
 */
export type ReplyEnding =
  | { status: "completed" }
  | { status: "failed"; afterMs: number; error: { type: string; code: string; message: string } }
  | { status: "incomplete"; afterMs: number; reason: "max_output_tokens" | "content_filter" };

/**
 * What the model answers in one turn; without items it stays silent. A Live model calls no function itself: it delegates,
 * and its backend, or its client, is the one who would call them. The backend's next answer is the next reply.
 */
export type Reply = { items: ReplyItem[]; thinkMs?: number; ending?: ReplyEnding };

/** What a reply can go by: the stand-in understands no speech, so this is all it knows. */
export type Turn = {
  cause: TurnCause;
  /** Given with `response.create` for this response alone. */
  instructions?: string;
  /** Whether the model has not spoken yet. */
  isFirst: boolean;
  /** The audio of the caller's last spoken turn, 8 kHz μ-law. */
  lastCallerAudio?: Uint8Array;
};

/** The newest thing in the conversation that asks for an answer. */
export type TurnCause =
  | { type: "nothing" }
  | { type: "speech"; durationMs: number }
  | { type: "text"; text: string }
  | { type: "function-output"; output: string };

/** How generation proceeds. */
export type Pace = {
  /** From the start of a response to its first item. */
  thinkMs: number;
  /** Generated milliseconds in a millisecond. */
  speed: number;
  /** Audio in one delta, in bytes of μ-law: 8 a millisecond. */
  deltaBytes: number;
  /** How many deltas still come after the caller's speech has cut a response. */
  lateDeltaCount: number;
};

/** What the input transcription makes of one spoken turn of the caller. */
type Transcription =
  | { type: "completed"; text: string; delayMs: number }
  | { type: "failed"; delayMs: number }
  | { type: "never" };

/** How a Live model takes it that the caller speaks while it does: it goes quiet, or hears no more than an "mm-hmm". */
export type Reaction = { type: "yield"; afterMs: number } | { type: "talk-on" };

/** What is particular to a Live session. Times are those of its timeline, which the caller's audio moves. */
export type LiveBehaviour = {
  /** In the order in which the caller speaks over it; then it yields. */
  reactions: Reaction[];
  /** So much silence ends the caller's turn. */
  turnSilenceMs: number;
  /** Audio in one delta. Nothing says that it is whole frames of a telephone. */
  deltaMs: number;
  /** From `session.close` to `session.closed`, on the clock. */
  closingMs: number;
  /** From the session's start to its first `session.usage.updated`, and to each after that, on the clock. */
  usageEveryMs: number;
};

/** What goes wrong. `atMs` counts from the first event of a Realtime session, from the opening of a Live socket. */
export type Fault =
  | { type: "refuse-upgrade"; status: number; body: unknown }
  | { type: "hold-upgrade"; forMs: number | "ever" }
  | { type: "hold-session-updated"; forMs: number | "ever" }
  /** Live: `session.start` is answered by an error. The socket stays open and useless, unless a `close` follows. */
  | { type: "refuse-start"; error: { type: string; code: string | null; message: string } }
  | { type: "hold-session-started"; forMs: number | "ever" }
  /** Live: the connection is gone as soon as `session.close` is asked for, and nothing confirms the end. */
  | { type: "drop-on-close" }
  /** Live: `session.closed`, asked for by nobody. */
  | { type: "end-session"; atMs: number; reason: "expired" | "content" | "remote_hangup" | "connection_lost" }
  | { type: "error"; atMs: number; error: { type: string; code: string | null; message: string } }
  | { type: "raw-message"; atMs: number; text: string }
  | TimedFault
  /** The session's end comes early, as it comes after 60 minutes. */
  | { type: "expire"; atMs: number };

/** What the model does in one session. */
export type Scenario = {
  /** Its answers in order, then the persona's. An answer cut before its first sound is given again. */
  replies?: (Reply | ((turn: Turn) => Reply))[];
  /** Its answers outside of the conversation (`conversation: "none"`), in order. */
  sideReplies?: Reply[];
  /** What is transcribed of the caller's turns, in order. */
  transcriptions?: Transcription[];
  pace?: Partial<Pace>;
  live?: Partial<LiveBehaviour>;
  faults?: Fault[];
};

export const defaultPace: Pace = { thinkMs: 200, speed: 5, deltaBytes: 3_200, lateDeltaCount: 2 };

export const defaultLiveBehaviour: LiveBehaviour = {
  reactions: [],
  turnSilenceMs: 500,
  deltaMs: 20,
  closingMs: 100,
  usageEveryMs: 20_000,
};

/** A reply that says the texts, each as an item of its own. */
export const say = (...texts: string[]): Reply => ({ items: texts.map((text) => ({ type: "speech", text })) });

/** A reply without a word. */
export const silentReply: Reply = { items: [] };

/** A reply that calls functions, all in one response. */
export const callFunctions = (...calls: { name: string; arguments: Record<string, unknown> | string }[]): Reply => ({
  items: calls.map((call) => ({ type: "function-call", ...call })),
});
