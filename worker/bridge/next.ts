import type { Transfer } from "./end.ts";

/** What the end of a tool means to the call, beside its output. */
export type Next =
  | { do: "go-on" }
  /** After the last word was heard, unless the caller has something to say. */
  | { do: "hang-up" }
  /** The same, and then to a person. */
  | { do: "transfer"; transfer: Transfer }
  /** At once: the far end's menu waits. */
  | { do: "send-digits"; digits: string }
  /** It is a machine that listens: what is done then was settled before. */
  | { do: "leave-message" };
