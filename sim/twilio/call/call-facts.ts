/** Twilio's words for where a call stands (twilio.md 3.1). */
export type CallStatus =
  | "queued"
  | "ringing"
  | "in-progress"
  | "completed"
  | "busy"
  | "no-answer"
  | "failed"
  | "canceled";

/** What answering machine detection says of who answered (twilio.md 4.2). */
export type AnsweredBy =
  | "human"
  | "machine_start"
  | "machine_end_beep"
  | "machine_end_silence"
  | "machine_end_other"
  | "fax"
  | "unknown";

/** What Twilio keeps about a call. */
export type CallFacts = {
  readonly sid: string;
  readonly accountSid: string;
  /** The call whose `<Dial>` made this one. */
  readonly parentSid: string | undefined;
  readonly direction: "inbound" | "outbound-api" | "outbound-dial";
  readonly from: string;
  readonly to: string;
  readonly createdAt: Date;
  status: CallStatus;
  answeredBy: AnsweredBy | undefined;
  answeredAt: Date | undefined;
  endedAt: Date | undefined;
};

export const isOver = ({ status }: CallFacts): boolean =>
  status !== "queued" && status !== "ringing" && status !== "in-progress";

/** How long the call was answered, in whole seconds, begun ones counted. */
export const durationSeconds = ({ answeredAt, endedAt }: CallFacts): number =>
  answeredAt === undefined || endedAt === undefined ? 0 : Math.ceil((endedAt.getTime() - answeredAt.getTime()) / 1_000);

const place = { City: "SAN FRANCISCO", State: "CA", Zip: "94105", Country: "US" };

/** The parameters of every webhook of a call (twilio.md 3.1). */
export function callParameters(call: CallFacts): Record<string, string> {
  const numbers = { From: call.from, To: call.to, Caller: call.from, Called: call.to };
  const places = Object.keys(numbers).flatMap((who) =>
    Object.entries(place).map(([what, value]): [string, string] => [who + what, value]),
  );
  return {
    AccountSid: call.accountSid,
    ApiVersion: "2010-04-01",
    CallSid: call.sid,
    ...(call.parentSid === undefined ? {} : { ParentCallSid: call.parentSid }),
    CallStatus: call.status,
    Direction: call.direction,
    ...numbers,
    ...Object.fromEntries(places),
    ...(call.direction === "inbound"
      ? { StirVerstat: "TN-Validation-Passed-A", CallToken: `token-of-${call.sid}` }
      : {}),
  };
}

/** A date as Twilio writes it (RFC 2822). */
export const twilioDate = (date: Date): string => date.toUTCString().replace("GMT", "+0000");
