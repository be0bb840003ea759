/** What a session of the stand-in reports to whoever runs it, beside what its client is told. */
export type Fact =
  | { type: "session-configured"; instructions: string; inputFormat: string; outputFormat: string }
  | { type: "speech-started"; itemId: string; audioStartMs: number }
  | { type: "speech-stopped"; itemId: string; audioEndMs: number }
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
