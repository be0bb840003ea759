/** Where the phone company says that a call stands. The last five are final: nothing follows them. */
export type CallStatus = "queued" | "initiated" | "ringing" | "in-progress" | FinalStatus;
export type FinalStatus = "completed" | "busy" | "no-answer" | "failed" | "canceled";

/**
 * What the phone company reports of a call by itself, beside its stream: in any order, and perhaps twice. `unknown` who
 * answered is no machine, and no person either (twilio.md 4.2).
 */
export type CarrierReport =
  | { about: "call"; status: CallStatus; durationS?: number | undefined; sipCode?: number | undefined }
  | { about: "answerer"; who: "person" | "fax" | "unknown"; afterMs?: number | undefined }
  /** `messageEnd`: how its announcement has ended, when it has. */
  | {
      about: "answerer";
      who: "machine";
      messageEnd?: "beep" | "silence" | "other" | undefined;
      afterMs?: number | undefined;
    }
  | { about: "stream"; streamSid: string; did: "start" | "stop" }
  | { about: "stream"; streamSid: string; did: "fail"; error: string }
  | {
      about: "recording";
      recordingSid: string;
      status: string;
      durationS?: number | undefined;
      url?: string | undefined;
    };

const finalStatuses: readonly CallStatus[] = ["completed", "busy", "no-answer", "failed", "canceled"];

/** The status with which a report says that the call is over; `undefined` when it does not say so. */
export const finalStatusIn = (report: CarrierReport): CallStatus | undefined =>
  report.about === "call" && finalStatuses.includes(report.status) ? report.status : undefined;
