import type { StreamNoun } from "../twiml/verb.ts";
import type { CallFacts } from "./call-facts.ts";
import type { CallLog } from "./call-log.ts";
import type { Platform } from "./platform.ts";
import { tellCallback } from "./callback.ts";

export type StreamEvent = "stream-started" | "stream-stopped" | "stream-error";

/**
 * Makes the teller of a stream's events, to its `statusCallback` (twilio.md 1.5). What it returns settles when the
 * event was answered, at once when nobody asked for it; failures are logged and change nothing.
 */
export function streamTeller(
  platform: Platform,
  facts: Readonly<CallFacts>,
  { statusCallback, statusCallbackMethod, name }: StreamNoun,
  streamSid: string,
  log: CallLog,
): (event: StreamEvent, error?: string) => Promise<void> {
  return async (event, error) => {
    if (statusCallback === undefined) return;
    if (!URL.canParse(statusCallback)) {
      log.add({ kind: "error", code: 11200, message: `statusCallback "${statusCallback}" is not an absolute URL` });
      return;
    }
    const parameters = {
      AccountSid: facts.accountSid,
      CallSid: facts.sid,
      StreamSid: streamSid,
      StreamName: name ?? streamSid,
      StreamEvent: event,
      ...(error === undefined ? {} : { StreamError: error }),
      Timestamp: platform.now().toISOString(),
    };
    const request = {
      purpose: "stream-callback",
      url: statusCallback,
      method: statusCallbackMethod,
      parameters,
    } as const;
    await tellCallback(platform, request, log);
  };
}
