import { isCallSid } from "../common/ids.ts";
import type { Route } from "../common/routes.ts";
import type { WorkerSettings } from "../common/settings.ts";
import type { CarrierReport } from "./bridge/carrier-report.ts";
import { authTokens } from "./environment.ts";
import type { Log } from "./log.ts";
import { plain } from "./plain.ts";
import { readBounded } from "./tools/read-bounded.ts";
import { readReport } from "./twilio/callbacks.ts";
import { isTwilioSignature } from "./twilio/signature.ts";

/** Twilio's longest form, with names of towns, is about a tenth of this. */
const maxBodyBytes = 16_384;

/** To whom a report goes. */
type Recipient = {
  tell: (callSid: string, report: CarrierReport) => Promise<void>;
  logFor: (callSid: string) => Log;
};

/**
 * Takes what Twilio reports of a call by itself (twilio.md 3.1): signed over the address that it was given, and about
 * the call that the path names, if it names one. What we do not know is taken, too: Twilio would only send it again.
 */
export async function takeCallback(
  request: Request,
  settings: WorkerSettings,
  route: Route & { name: "callback" },
  { tell, logFor }: Recipient,
): Promise<Response> {
  const signature = request.headers.get("x-twilio-signature");
  if (signature === null) return plain(401, "The X-Twilio-Signature header is missing.");
  const form = new URLSearchParams(await readBounded(request, maxBodyBytes));
  const { pathname, search } = new URL(request.url);
  const signedUrl = new URL(settings.SERVER_URL).origin + pathname + search;
  const callSid = form.get("CallSid");
  if (!isTwilioSignature(authTokens(settings), signedUrl, signature, form)) {
    // The likeliest cause is a SERVER_URL that is not the address in the request: so it is said what was expected.
    if (route.callSid) logFor(route.callSid)("callback.refused", { expectedUrl: signedUrl });
    return plain(403, "The signature is not Twilio's.");
  }
  if (!isCallSid(callSid) || (route.callSid ?? callSid) !== callSid)
    return plain(400, "CallSid is missing, or another one than the path's.");
  const report = readReport(route.of, form);
  if (report === undefined) logFor(callSid)("callback.unknown", { of: route.of });
  else await tell(callSid, report);
  return new Response(null, { status: 204 });
}
