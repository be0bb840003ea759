import { type Prepared, parsePrepared } from "../common/preparation.ts";
import { isLoopback } from "../common/setting-kinds.ts";
import { preparePath, streamEndedPath, streamUrl } from "../common/routes.ts";
import { linkSecret } from "../common/secrets.ts";
import type { Sentence } from "../common/sentence.ts";
import { mintStreamToken } from "../common/stream-token.ts";
import { askWorker } from "./runtime/ask-worker.ts";
import { atMost } from "./runtime/at-most.ts";
import { field } from "./runtime/fields.ts";
import { masked, reason } from "./runtime/log.ts";
import { type Visit, serve } from "./runtime/serve.ts";
import { apologise, say } from "./runtime/speech.ts";

/** The caller hears nothing meanwhile. Whatever is not ready by then gets ready while Twilio speaks. */
const prepareWaitMs = 250;
/** A question that we do not wait for must still come to an end. */
const prepareDeadlineMs = 5_000;

/**
 * `/twiml` answers a call: the Worker is woken, Twilio greets, then the call's audio goes to the Worker. The verbs
 * after Connect are the last resort, for the case that Twilio cannot run its action.
 */
export const handler = serve("twiml", async (visit) => {
  const { callSid, fields, settings, log } = visit;
  const [from, to] = [field(fields, "From"), field(fields, "To")];
  log("call.answered", { from: masked(from), to: masked(to) });
  const greeting = (await prepare(visit, from, to)).greeting ?? { text: settings.SAY_GREETING };
  const response = new Twilio.twiml.VoiceResponse();
  say(response, settings, greeting);
  const connect = response.connect({ action: ownOrigin(visit) + streamEndedPath, method: "POST" });
  const stream = connect.stream({ url: streamUrl(settings.SERVER_URL, callSid) });
  stream.parameter({ name: "token", value: streamToken(visit) });
  for (const [name, value] of Object.entries({ from, to, said: toBeTold(greeting) }))
    if (value !== undefined && value.length <= maxParameterLength) stream.parameter({ name, value });
  apologise(response, settings);
  return response.toString();
});

/** Has the Worker make the model ready while Twilio greets. Works without it, too: the call begins a little later. */
async function prepare({ callSid, settings, log }: Visit, from?: string, to?: string): Promise<Prepared> {
  const body = { from, to, said: settings.SAY_GREETING || undefined };
  const prepared = askWorker(settings, { path: preparePath(callSid), body, deadlineMs: prepareDeadlineMs }).then(
    parsePrepared,
  );
  try {
    return await atMost(prepareWaitMs, prepared);
  } catch (error) {
    log("prepare.missing", { reason: reason(error) });
    return {};
  }
}

/** Name and value of a `<Parameter>` share less than 500 characters (twilio.md 1.5); a SIP address may be long. */
const maxParameterLength = 400;

/** What the model is told of the greeting: the beginning of a very long one will do. */
const toBeTold = ({ text }: Sentence): string | undefined => text.slice(0, maxParameterLength) || undefined;

const streamToken = ({ callSid, settings }: Visit): string =>
  mintStreamToken(linkSecret(settings), {
    accountSid: settings.TWILIO_ACCOUNT_SID,
    callSid,
    generation: Date.now(),
  });

/** Where Twilio finds these Functions. */
function ownOrigin({ settings, domain }: Visit): string {
  if (settings.FUNCTIONS_URL !== undefined) return settings.FUNCTIONS_URL;
  const scheme = isLoopback(domain.replace(/:\d+$/, "")) ? "http" : "https";
  return `${scheme}://${domain}`;
}
