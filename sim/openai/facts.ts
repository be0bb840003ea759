/** What a session of the stand-in reports to whoever runs it, beside what its client is told. */
export type Fact =
  | { type: "session-configured"; instructions: string; inputFormat: string; outputFormat: string }
  | { type: "speech-started"; itemId: string; audioStartMs: number }
  | { type: "speech-stopped"; itemId: string; audioEndMs: number }
  /** In a Live session the model's own ear found speech, or its end, at this point of the session's timeline. */
  | { type: "caller-started" | "caller-stopped"; atMs: number }
  /** In a Live session the model begins to speak, or has stopped; what it had not come to say, it never says. */
  | { type: "utterance-started"; utteranceId: string; startMs: number; text: string }
  | {
      type: "utterance-ended";
      utteranceId: string;
      endMs: number;
      why: UtteranceEnding;
      spokenText: string;
      unspokenText: string;
    }
  /** A Live model hands work over. What it wants, its client is not told, but has to understand from the talk. */
  | { type: "delegation-created"; delegationId: string; target: "client" | "responses"; wants: string }
  /** A Live session has taken in what its client appended. */
  | { type: "appended"; kind: AppendKind; content: string; delegationId: string | null; atMs: number }
  | { type: "response-started"; responseId: string; text: string }
  | { type: "response-ended"; responseId: string; status: string; reason?: string }
  /** `heardText` and `unheardText` share the words in proportion to time. */
  | {
      type: "truncated";
      itemId: string;
      audioEndMs: number;
      sentMs: number;
      heardText: string;
      unheardText: string;
    }
  /** The client did something wrong and was told so by an `error` event. */
  | { type: "objected"; code: string | null; message: string }
  /** The client did something unwise of which the real service would tell nobody. */
  | { type: "warning"; message: string }
  | { type: "closed"; code: number; reason: string };

/** What may be appended to a Live session beside audio (openai.md B3). */
export type AppendKind = "instructions" | "thinking" | "commentary";

/** Why a Live model stopped speaking. */
export type UtteranceEnding = "completed" | "yielded" | "instructed" | "moderated" | "fixture" | "closed";
