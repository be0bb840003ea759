import type { CallListInstanceCreateOptions } from "twilio/lib/rest/api/v2010/account/call.js";
import { onTestFinished } from "vitest";
import type { Phone } from "../../sim/phone/phone.ts";
import type { Call } from "../../sim/twilio/call/call-request.ts";
import type { LogEntry } from "../../sim/twilio/call/call-log.ts";
import type { PhoneStep } from "../../sim/phone/step.ts";
import { type Twilio, type TwilioNumber, type TwilioSettings, startTwilio } from "../../sim/twilio/twilio.ts";
import { humming } from "../../sim/voice/hum.ts";
import { accountSid, authToken } from "./twilio-app.ts";
import { sdk } from "./twilio-sdk.ts";

export const ourNumber = "+15550001111";
export const callerNumber = "+15552223333";

/** For what is polled: a slow machine must not fail a test. */
export const patience = { timeout: 20_000 };

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

/** The voice webhook of a number that nobody calls. */
export const nowhere = "http://127.0.0.1:1/twiml";

/** Has the account call `callerNumber` through the real SDK, and gives what there is to know when the call is over. */
export async function callOut(account: Twilio, call: Omit<CallListInstanceCreateOptions, "to" | "from">) {
  const { sid } = await sdk(account).calls.create({ to: callerNumber, from: ourNumber, ...call });
  return { callSid: sid, ...(await callOf(account, sid).ended) };
}

/** A call of the account. */
export function callOf(account: Twilio, sid: string): Call {
  const call = account.calls().find(({ facts }) => facts.sid === sid);
  if (call === undefined) throw new Error(`${sid} is not a call of this account`);
  return call;
}

/** Where a sound begins in what a phone heard, in ms; negative when it was not heard. */
export const heardAtMs = (phone: Phone | undefined, sound: Uint8Array): number =>
  Buffer.from(phone?.recording.agent() ?? []).indexOf(sound) / 8;
