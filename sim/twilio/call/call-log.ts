import type { Clock } from "../../clock.ts";
import type { AnsweredBy } from "./call-facts.ts";

/** What a request to a server was for. */
export type Purpose = "document" | "status-callback" | "stream-callback" | "detection-callback" | "recording-callback";

/** One thing that Twilio did or noticed in a call. Codes are Twilio's own (twilio.md 1.4). */
type LogFact =
  | { kind: "request"; purpose: Purpose; method: string; url: string; status: number | undefined; durationMs: number }
  | { kind: "warning"; code: number; message: string }
  | { kind: "error"; code: number; message: string }
  | { kind: "verb"; verb: string }
  | { kind: "status"; status: string }
  | { kind: "detection"; answeredBy: AnsweredBy }
  /** The stand-in itself failed, as when its voice does. The call ends. */
  | { kind: "failure"; message: string }
  /** Something that the stand-in does differently from Twilio, or leaves out. */
  | { kind: "note"; message: string };

/** `atMs` is in ms since the call was placed. */
export type LogEntry = LogFact & { atMs: number };

export type CallLog = { readonly entries: readonly LogEntry[]; nowMs(): number; add(fact: LogFact): void };

/** An empty log that begins now; `onEntry` sees every entry as it is made. */
export function callLog(clock: Clock, onEntry: (entry: LogEntry) => void): CallLog {
  const startMs = clock.nowMs();
  const entries: LogEntry[] = [];
  const nowMs = (): number => clock.nowMs() - startMs;
  return {
    entries,
    nowMs,
    add(fact) {
      const entry = { ...fact, atMs: nowMs() };
      entries.push(entry);
      onEntry(entry);
    },
  };
}
