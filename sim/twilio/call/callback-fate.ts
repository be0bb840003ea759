import type { Purpose } from "./call-log.ts";

/** A callback that is about to be sent. */
export type Callback = { purpose: Purpose; url: string; parameters: Readonly<Record<string, string>> };

/**
 * What is to befall a callback: it is sent `times`, which may be none, the first time after `delayMs`. Callbacks are
 * best effort and unordered (twilio.md 3.1), so a server must bear all of it.
 */
export type CallbackFate = { times?: number; delayMs?: number };
