import { isLoopback } from "../common/setting-kinds.ts";
import { streamEndedPath, streamUrl } from "../common/routes.ts";
import { linkSecret } from "../common/secrets.ts";
import { mintStreamToken } from "../common/stream-token.ts";
import { field } from "./runtime/fields.ts";
import { masked } from "./runtime/log.ts";
import { type Visit, serve } from "./runtime/serve.ts";
import { apologise, say } from "./runtime/speech.ts";

/**
 * `/twiml` answers a call: a greeting, then the call's audio goes to the Worker. The verbs after Connect are the last
 * resort, for the case that Twilio cannot run its action. No network call happens here: the caller is waiting.
 */
export const handler = serve("twiml", (visit) => {
  const { callSid, fields, settings, log } = visit;
  const [from, to] = [field(fields, "From"), field(fields, "To")];
  log("call.answered", { from: masked(from), to: masked(to) });
  const response = new Twilio.twiml.VoiceResponse();
  if (settings.SAY_GREETING !== "") say(response, settings, settings.SAY_GREETING);
  const connect = response.connect({ action: ownOrigin(visit) + streamEndedPath, method: "POST" });
  const stream = connect.stream({ url: streamUrl(settings.SERVER_URL, callSid) });
  stream.parameter({ name: "token", value: streamToken(visit) });
  for (const [name, value] of Object.entries({ from, to }))
    if (value !== undefined && value.length <= maxParameterLength) stream.parameter({ name, value });
  apologise(response, settings);
  return response.toString();
});

/** Name and value of a `<Parameter>` share less than 500 characters (twilio.md 1.5); a SIP address may be long. */
const maxParameterLength = 400;

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
