import type { CallSid } from "../../common/ids.ts";
import { maskNumbers } from "../../common/mask.ts";

/** Writes one line of JSON to the log; phone numbers are masked. */
export type Log = (event: string, details?: Readonly<Record<string, string | number | undefined>>) => void;

/** The log of one request: every line names the Function and the call. */
export const requestLog =
  (functionName: string, callSid: CallSid | undefined): Log =>
  (event, details = {}) =>
    console.log(
      maskNumbers(JSON.stringify({ at: new Date().toISOString(), callSid, functionName, event, ...details })),
    );

/** What went wrong, without a stack: the line goes to a log that others may read. */
export const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));
