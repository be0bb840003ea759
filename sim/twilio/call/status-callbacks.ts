import type { Method } from "../twiml/verb.ts";
import { type CallFacts, callParameters, durationSeconds, twilioDate } from "./call-facts.ts";
import type { CallLog } from "./call-log.ts";
import type { Platform } from "./platform.ts";
import { askWebhook } from "./webhook.ts";

/** The moments of a call that a status callback can be asked for (twilio.md 4.1). */
export const statusEvents = ["initiated", "ringing", "answered", "completed"] as const;
export type StatusEvent = (typeof statusEvents)[number];

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
      ...(event === "completed" ? durations(facts) : {}),
    };
    const { url, method } = callbacks;
    const answer = await askWebhook(platform, { purpose: "status-callback", url, method, parameters }, log);
    if ("code" in answer) log.add({ kind: "error", ...answer });
  };
}

function durations(facts: CallFacts): Record<string, string> {
  const seconds = durationSeconds(facts);
  return { CallDuration: String(seconds), Duration: String(Math.ceil(seconds / 60)) };
}
