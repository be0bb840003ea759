import type { CallState } from "../bridge/memory.ts";
import type { Line } from "../bridge/transcript.ts";

/** One line of a call's story, as it is kept. `json` holds its fields. Where some were lost on the way stands a `gap`. */
export type Entry = { atMs: number; kind: string; json: string };

/** How a call was settled when it began: what another object must know to go on with it. */
export type Setup = {
  from: string | undefined;
  to: string | undefined;
  /** Under what the wishes for it were kept, if we have placed it. */
  intent: string | undefined;
  /** By its name; without one, whoever answers the number. */
  assistant: string | undefined;
  greeting: string | undefined;
  parameters: Readonly<Record<string, string>>;
  functionsUrl: string | undefined;
};

/** What is written at once: everything that has happened since the last time. */
export type Batch = {
  /** Who writes, and how often before: the same twice is once. */
  writer: string;
  number: number;
  entries: readonly Entry[];
  lines: readonly Line[];
  state: CallState | undefined;
  setup: Setup | undefined;
  isOver: boolean;
};

/** What a record gives to an object that goes on with the call. */
export type Recalled = { setup: Setup; state: CallState; lines: readonly Line[] };

/** Whether a stream may carry the call, by its token's generation, and what is known of the call if it goes on. */
export type RecordAdmission = { admitted: boolean; recalled: Recalled | undefined };
