import { isCallSid } from "../common/ids.ts";
import type { Route } from "../common/routes.ts";
import type { CarrierReport } from "./bridge/carrier-report.ts";
import type { Log } from "./log.ts";
import { plain } from "./plain.ts";
import { readReport } from "./twilio/callbacks.ts";

/** To whom a report goes. */
type Recipient = {
  tell: (callSid: string, report: CarrierReport) => Promise<void>;
  logFor: (callSid: string) => Log;
};

/**
 * Takes what Twilio reports of a call by itself (twilio.md 3.1), in a form that is signed: about the call that the path
 * names, if it names one. What we do not know is taken, too: Twilio would only send it again.
 */
export async function takeCallback(
  body: string,
  route: Route & { name: "callback" },
  { tell, logFor }: Recipient,
): Promise<Response> {
  const form = new URLSearchParams(body);
  const callSid = form.get("CallSid");
  if (!isCallSid(callSid) || (route.callSid ?? callSid) !== callSid)
    return plain(400, "CallSid is missing, or another one than the path's.");
  const report = readReport(route.of, form);
  if (report === undefined) logFor(callSid)("callback.unknown", { of: route.of });
  else await tell(callSid, report);
  return new Response(null, { status: 204 });
}
