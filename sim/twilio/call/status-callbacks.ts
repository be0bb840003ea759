import type { StatusEvent } from "../twiml/status-event.ts";
import type { Method } from "../twiml/verb.ts";
import { type CallFacts, type CallStatus, callParameters, durationSeconds, twilioDate } from "./call-facts.ts";
import type { CallLog } from "./call-log.ts";
import type { Platform } from "./platform.ts";
import { tellCallback } from "./callback.ts";

/** Where to tell what becomes of a call, and what of it. */
export type StatusCallbacks = { url: string; method: Method; events: readonly StatusEvent[] };

/**
 * Makes the teller of a call's status (twilio.md 3.1). What it returns tells one event to whoever asked for it; it
 * settles when that was answered. Failures are logged and change nothing.
 */
export function statusTeller(
  platform: Platform,
  facts: CallFacts,
  callbacks: StatusCallbacks | undefined,
  log: CallLog,
): (event: StatusEvent) => Promise<void> {
  let sequenceNumber = 0;
  return async (event) => {
    if (callbacks?.events.includes(event) !== true) return;
    const parameters = {
      ...callParameters(facts),
      // While the call is being set up the event says more than the status; afterwards it is the reverse.
      CallStatus: event === "initiated" || event === "ringing" ? event : facts.status,
      Timestamp: twilioDate(platform.now()),
      SequenceNumber: String(sequenceNumber++),
      CallbackSource: "call-progress-events",
      ...(event === "completed" ? ending(facts) : {}),
    };
    const { url, method } = callbacks;
    await tellCallback(platform, { purpose: "status-callback", url, method, parameters }, log);
  };
}

/** What only a call that is over has. The SIP codes are those that telephone exchanges give for such an end. */
function ending(facts: CallFacts): Record<string, string> {
  const seconds = durationSeconds(facts);
  return {
    CallDuration: String(seconds),
    Duration: String(Math.ceil(seconds / 60)),
    SipResponseCode: sipCodes[facts.status] ?? "200",
  };
}

const sipCodes: Partial<Record<CallStatus, string>> = {
  busy: "486",
  "no-answer": "487",
  canceled: "487",
  failed: "404",
};
