import type { Context, ServerlessCallback } from "@twilio-labs/serverless-runtime-types/types";
import type { CallSid } from "../../common/ids.ts";
import type { FunctionsSettings } from "../../common/settings.ts";
import { atMost } from "./at-most.ts";
import { type RequestFields, namedCall } from "./fields.ts";
import { type Log, reason, requestLog } from "./log.ts";
import { readSettings } from "./read-settings.ts";
import { type Voice, apology } from "./speech.ts";

/** Twilio ends a Function after 10 s, and the caller hears nothing then (twilio.md 5.2). */
const answerDeadlineMs = 7000;

/** A request about a call, with all that is needed to answer it. */
export type Visit = {
  callSid: CallSid;
  fields: RequestFields;
  settings: FunctionsSettings;
  /** The host of this very Function, such as `voicecall-1234.twil.io` or `localhost:3000`. */
  domain: string;
  log: Log;
};

/** The TwiML that answers a visit. */
export type Answer = (visit: Visit) => string | Promise<string>;

export type Handler = (context: Context, event: RequestFields, callback: ServerlessCallback) => void;

/**
 * A Twilio Function that answers with TwiML: always with 200 and something to hear, exactly once, and in less than
 * 8 s. Whatever is wrong (no CallSid, a setting, a fault of ours, a peer that does not answer) becomes an apology.
 * The runtime neither awaits a handler nor catches what it throws (twilio.md 5.4, 5.7): this does both.
 */
export const serve =
  (functionName: string, answer: Answer): Handler =>
  (context, fields, callback) => {
    const log = requestLog(functionName, namedCall(fields));
    twimlFor(answer, { context, fields, log })
      .then(asResponse)
      .then((response) => callback(null, response), callback)
      .catch((error: unknown) => log("answer.lost", { reason: reason(error) }));
  };

async function twimlFor(
  answer: Answer,
  { context, fields, log }: { context: Context; fields: RequestFields; log: Log },
): Promise<string> {
  let voice: Voice = {};
  try {
    const settings = readSettings(context);
    voice = settings;
    const callSid = namedCall(fields);
    if (callSid === undefined) throw new Error("The request names no call: CallSid is missing or malformed.");
    const visit = { callSid, fields, settings, domain: context.DOMAIN_NAME, log };
    return await atMost(answerDeadlineMs, Promise.resolve(answer(visit)));
  } catch (error) {
    log("answer.failed", { reason: reason(error) });
    return apology(voice);
  }
}

/** A plain response: the runtime knows a VoiceResponse only by its own copy of the class (twilio.md 5.5). */
const asResponse = (twiml: string): object =>
  new Twilio.Response()
    .appendHeader("Content-Type", "text/xml; charset=utf-8")
    // It holds a token, and the two numbers.
    .appendHeader("Cache-Control", "no-store")
    .appendHeader("X-Content-Type-Options", "nosniff")
    .setBody(twiml);
