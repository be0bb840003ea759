import type { Method } from "../twiml/verb.ts";
import type { CallFacts } from "./call-facts.ts";
import type { CallLog } from "./call-log.ts";
import { tellCallback } from "./callback.ts";
import type { Detected, DetectionMode } from "./called-phone.ts";
import { pause } from "./pause.ts";
import type { Platform } from "./platform.ts";

/** Answering machine detection as a call asks for it (twilio.md 4.1). */
export type DetectionRequest = {
  mode: DetectionMode;
  timeoutMs: number;
  /** `sync` holds back the first document. */
  when: "sync" | "async";
  callback: { url: string; method: Method } | undefined;
};

/**
 * Waits until it is known who answered, and puts it into the call's facts. Nothing is found out when `signal` is
 * aborted before: the call is over, or goes on with something else.
 */
export async function detect(
  platform: Platform,
  facts: CallFacts,
  { mode, timeoutMs, when, callback }: DetectionRequest,
  detected: (mode: DetectionMode) => Required<Detected>,
  log: CallLog,
  signal: AbortSignal,
): Promise<void> {
  const { answeredBy, afterMs } = detected(mode);
  const isInTime = afterMs <= timeoutMs;
  const durationMs = isInTime ? afterMs : timeoutMs;
  await pause(platform.clock, durationMs, signal);
  if (signal.aborted) return;
  facts.answeredBy = isInTime ? answeredBy : "unknown";
  log.add({ kind: "detection", answeredBy: facts.answeredBy });
  if (when === "sync") return;
  if (callback === undefined)
    return log.add({ kind: "warning", code: 21262, message: "there is no AsyncAmdStatusCallback to tell" });
  const parameters = {
    AccountSid: facts.accountSid,
    CallSid: facts.sid,
    AnsweredBy: facts.answeredBy,
    MachineDetectionDuration: String(Math.round(durationMs)),
  };
  await tellCallback(platform, { purpose: "detection-callback", ...callback, parameters }, log);
}
