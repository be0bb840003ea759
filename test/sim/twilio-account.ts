import { onTestFinished } from "vitest";
import type { LogEntry } from "../../sim/twilio/call/call-log.ts";
import type { PhoneStep } from "../../sim/phone/step.ts";
import { type Twilio, type TwilioNumber, type TwilioSettings, startTwilio } from "../../sim/twilio/twilio.ts";
import { humming } from "../../sim/voice/hum.ts";
import { accountSid, authToken } from "./twilio-app.ts";

export const ourNumber = "+15550001111";
export const callerNumber = "+15552223333";

/** Starts the stand-in with one number, for the length of a test. */
export async function startAccount(number: TwilioNumber, settings: Partial<TwilioSettings> = {}): Promise<Twilio> {
  const numbers = { [ourNumber]: number };
  const account = await startTwilio({ accountSid, authToken, speak: humming, numbers, ...settings });
  onTestFinished(() => account.close());
  return account;
}

/** Makes one inbound call and gives what there is to know about it when it is over. */
export async function callUp(account: Twilio, script: PhoneStep[]) {
  const { phone, callSid, ended } = await account.inboundCall({ from: callerNumber, to: ourNumber, script });
  return { callSid, recording: phone.recording, ...(await ended) };
}

/** The codes of errors or warnings, in order. */
export const codes = (log: readonly LogEntry[], kind: "error" | "warning"): number[] =>
  log.flatMap((entry) => (entry.kind === kind && "code" in entry ? [entry.code] : []));

/** The verbs that were run, in order. */
export const verbs = (log: readonly LogEntry[]): string[] =>
  log.flatMap((entry) => (entry.kind === "verb" ? [entry.verb] : []));
