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

/** A caller's or callee's name for a log: of any run of digits the last two remain, with or without a plus. */
export const masked = (name: string | undefined): string | undefined => name?.replace(/\d{3,}(?=\d\d)/g, "…");

/** What went wrong, and why, without a stack: the line goes to a log that others may read. */
export function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
