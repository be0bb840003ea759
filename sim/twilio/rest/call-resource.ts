import { type CallFacts, durationSeconds, isOver, twilioDate } from "../call/call-facts.ts";

export const callsUri = (accountSid: string): string => `/2010-04-01/Accounts/${accountSid}/Calls`;

/** A call as the REST API shows it: every field of Twilio's, null where the stand-in knows nothing. */
export function callResource(call: Readonly<CallFacts>): object {
  const uri = `${callsUri(call.accountSid)}/${call.sid}`;
  return {
    sid: call.sid,
    account_sid: call.accountSid,
    parent_call_sid: call.parentSid ?? null,
    from: call.from,
    from_formatted: call.from,
    to: call.to,
    to_formatted: call.to,
    phone_number_sid: null,
    direction: call.direction,
    status: call.status,
    duration: isOver(call) ? String(durationSeconds(call)) : null,
    start_time: dateOrNull(call.answeredAt),
    end_time: dateOrNull(call.endedAt),
    date_created: twilioDate(call.createdAt),
    date_updated: twilioDate(call.endedAt ?? call.answeredAt ?? call.createdAt),
    answered_by: call.answeredBy ?? null,
    forwarded_from: null,
    caller_name: null,
    group_sid: null,
    trunk_sid: null,
    annotation: null,
    queue_time: "0",
    price: null,
    price_unit: "USD",
    api_version: "2010-04-01",
    uri: `${uri}.json`,
    subresource_uris: {
      notifications: `${uri}/Notifications.json`,
      recordings: `${uri}/Recordings.json`,
      streams: `${uri}/Streams.json`,
    },
  };
}

const dateOrNull = (date: Date | undefined): string | null => (date === undefined ? null : twilioDate(date));
