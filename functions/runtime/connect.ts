import type VoiceResponse from "twilio/lib/twiml/VoiceResponse.js";
import { callbackPath, streamEndedPath, streamUrl } from "../../common/routes.ts";
import { maxParameterLength } from "../../common/preparation.ts";
import { linkSecret } from "../../common/secrets.ts";
import { mintStreamToken } from "../../common/stream-token.ts";
import { ownOrigin } from "./own-origin.ts";
import type { Visit } from "./serve.ts";
import { apologise } from "./speech.ts";

/**
 * Lets the call's audio go to the Worker, with a token that admits it once; `parameters` go with the stream, and
 * `query` comes back when it has ended. What stands behind it is the last resort, for the case that Twilio cannot run the
 * action.
 */
export function connectStream(
  response: VoiceResponse,
  { callSid, settings, domain }: Visit,
  parameters: Record<string, string | undefined> = {},
  query = "",
): void {
  const action = ownOrigin(settings, domain) + streamEndedPath + query;
  const stream = response.connect({ action, method: "POST" }).stream({
    url: streamUrl(settings.SERVER_URL, callSid),
    statusCallback: settings.SERVER_URL + callbackPath("stream-status", callSid),
  });
  const token = mintStreamToken(linkSecret(settings), {
    accountSid: settings.TWILIO_ACCOUNT_SID,
    callSid,
    generation: Date.now(),
  });
  for (const [name, value] of Object.entries({ token, ...parameters }))
    if (value !== undefined && value.length <= maxParameterLength) stream.parameter({ name, value });
  apologise(response, settings);
}
