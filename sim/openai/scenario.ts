/** One thing the model puts into a response. */
export type ReplyItem =
  | { type: "speech"; text: string }
  /** Sound as it is, 8 kHz μ-law, with the transcript it claims. */
  | { type: "sound"; audio: Uint8Array; transcript: string }
  /** Arguments given as a string are sent as they are, also when they are no JSON. */
  | { type: "function-call"; name: string; arguments: Record<string, unknown> | string };

/** How a response ends when nobody interrupts it. An ending that is not `completed` comes after `afterMs` of speech. */
export type ReplyEnding =
  | { status: "completed" }
  | { status: "failed"; afterMs: number; error: { type: string; code: string; message: string } }
  | { status: "incomplete"; afterMs: number; reason: "max_output_tokens" | "content_filter" };

/** What the model answers in one turn; without items it stays silent. */
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

/** What goes wrong. `atMs` counts from the first event of the session. */
export type Fault =
  | { type: "refuse-upgrade"; status: number; body: unknown }
  | { type: "hold-upgrade"; forMs: number | "ever" }
  | { type: "hold-session-updated"; forMs: number | "ever" }
  | { type: "error"; atMs: number; error: { type: string; code: string | null; message: string } }
  | { type: "raw-message"; atMs: number; text: string }
  | { type: "close"; atMs: number; code: number; reason: string }
  /** The connection is gone without a close frame. */
  | { type: "drop"; atMs: number }
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
  faults?: Fault[];
};

export const defaultPace: Pace = { thinkMs: 200, speed: 5, deltaBytes: 3_200, lateDeltaCount: 2 };

/** A reply that says the texts, each as an item of its own. */
export const say = (...texts: string[]): Reply => ({ items: texts.map((text) => ({ type: "speech", text })) });

/** A reply without a word. */
export const silentReply: Reply = { items: [] };

/** A reply that calls functions, all in one response. */
export const callFunctions = (...calls: { name: string; arguments: Record<string, unknown> | string }[]): Reply => ({
  items: calls.map((call) => ({ type: "function-call", ...call })),
});
