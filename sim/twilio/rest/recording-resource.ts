import { twilioDate } from "../call/call-facts.ts";
import { type RecordingStore, type StoredRecording, recordedSeconds, recordingWav } from "../call/recording-store.ts";
import { callsUri } from "./call-resource.ts";
import { type Answer, refuse, toAnswer } from "./rest-error.ts";

export const recordingsUri = (accountSid: string): string => `/2010-04-01/Accounts/${accountSid}/Recordings`;

/**
 * Answers what is asked about recordings: the sound (as `.wav`, or without any ending; never as MP3), what is known
 * about it as `.json`, the list of a call or of the account, and DELETE. Undefined for any other path.
 */
export function recordingAnswer(
  { accountSid, recordings }: { accountSid: string; recordings: RecordingStore },
  method: string,
  url: URL,
): Answer | undefined {
  const base = recordingsUri(accountSid);
  const ofCall = new RegExp(`^${callsUri(accountSid)}/(CA\\w+)/Recordings\\.json$`).exec(url.pathname)?.[1];
  if (ofCall !== undefined || url.pathname === `${base}.json`) {
    const found = recordings.all().filter(({ callSid }) => ofCall === undefined || callSid === ofCall);
    return { status: 200, body: listOf(accountSid, found, url) };
  }
  const [, sid = "", ending] = new RegExp(`^${base}/(RE\\w+)(\\.\\w+)?$`).exec(url.pathname) ?? [];
  if (sid === "") return undefined;
  const recording = recordings.find(sid);
  if (recording === undefined || (ending !== undefined && ending !== ".json" && ending !== ".wav"))
    return toAnswer(refuse(20404, `The requested resource ${url.pathname} was not found`, 404));
  if (method === "DELETE") {
    recordings.remove(sid);
    return { status: 204, body: undefined };
  }
  if (method !== "GET") return toAnswer(refuse(20004, "Method not allowed", 405));
  return { status: 200, body: ending === ".json" ? resource(accountSid, recording) : recordingWav(recording) };
}

/** A recording as the REST API shows it. */
function resource(accountSid: string, recording: StoredRecording): object {
  const uri = `${recordingsUri(accountSid)}/${recording.sid}`;
  return {
    sid: recording.sid,
    account_sid: accountSid,
    call_sid: recording.callSid,
    conference_sid: null,
    api_version: "2010-04-01",
    date_created: twilioDate(recording.startedAt),
    date_updated: twilioDate(recording.startedAt),
    start_time: twilioDate(recording.startedAt),
    duration: String(recordedSeconds(recording)),
    channels: recording.channels.length,
    source: recording.source,
    status: "completed",
    error_code: null,
    price: null,
    price_unit: "USD",
    encryption_details: null,
    media_url: null,
    uri: `${uri}.json`,
    subresource_uris: {},
  };
}

function listOf(accountSid: string, recordings: readonly StoredRecording[], url: URL): object {
  return {
    recordings: recordings.map((recording) => resource(accountSid, recording)),
    page: 0,
    page_size: Math.max(50, recordings.length),
    start: 0,
    end: Math.max(0, recordings.length - 1),
    uri: url.pathname + url.search,
    first_page_uri: url.pathname + url.search,
    previous_page_uri: null,
    next_page_uri: null,
  };
}
