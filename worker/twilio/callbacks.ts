import type { CallbackName } from "../../common/routes.ts";
import type { CallStatus, CarrierReport } from "../bridge/carrier-report.ts";

/**
 * Reads what Twilio tells of a call (twilio.md 1.5, 3.1, 4.2); `undefined` when it is nothing that we know: Twilio may
 * add words to its own.
 */
export function readReport(name: CallbackName, form: URLSearchParams): CarrierReport | undefined {
  switch (name) {
    case "status":
      return readStatus(form);
    case "amd":
      return readAnswerer(form);
    case "stream-status":
      return readStream(form);
    case "recording":
      return readRecording(form);
  }
}

const statuses: readonly CallStatus[] = [
  ...(["queued", "initiated", "ringing", "in-progress"] as const),
  ...(["completed", "busy", "no-answer", "failed", "canceled"] as const),
];

function readStatus(form: URLSearchParams): CarrierReport | undefined {
  const status = statuses.find((status) => status === form.get("CallStatus"));
  if (status === undefined) return undefined;
  return { about: "call", status, durationS: whole(form, "CallDuration"), sipCode: whole(form, "SipResponseCode") };
}

function readAnswerer(form: URLSearchParams): CarrierReport {
  const answeredBy = form.get("AnsweredBy") ?? "";
  const afterMs = whole(form, "MachineDetectionDuration");
  const [, end] = /^machine_(start|end_beep|end_silence|end_other)$/.exec(answeredBy) ?? [];
  if (end !== undefined) {
    const messageEnd = (["beep", "silence", "other"] as const).find((how) => end === `end_${how}`);
    return { about: "answerer", who: "machine", messageEnd, afterMs };
  }
  const who = answeredBy === "human" ? "person" : answeredBy === "fax" ? "fax" : "unknown";
  return { about: "answerer", who, afterMs };
}

function readStream(form: URLSearchParams): CarrierReport | undefined {
  const streamSid = form.get("StreamSid") ?? "";
  switch (form.get("StreamEvent")) {
    case "stream-started":
      return { about: "stream", streamSid, did: "start" };
    case "stream-stopped":
      return { about: "stream", streamSid, did: "stop" };
    case "stream-error":
      return { about: "stream", streamSid, did: "fail", error: (form.get("StreamError") ?? "").slice(0, 500) };
    default:
      return undefined;
  }
}

function readRecording(form: URLSearchParams): CarrierReport | undefined {
  const [recordingSid, status] = [form.get("RecordingSid"), form.get("RecordingStatus")];
  if (!recordingSid || !status) return undefined;
  const url = form.get("RecordingUrl") ?? undefined;
  return { about: "recording", recordingSid, status, url, durationS: whole(form, "RecordingDuration") };
}

function whole(form: URLSearchParams, name: string): number | undefined {
  const text = form.get(name) ?? "";
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
