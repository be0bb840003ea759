import type { CallSid } from "../common/ids.ts";
import type { WorkerSettings } from "../common/settings.ts";
import type { Log } from "./log.ts";
import { completeCall } from "./twilio/rest.ts";

/** Ends a call at Twilio, as an operator wishes; tells what came of it. */
export async function hangUpCall(settings: WorkerSettings, callSid: CallSid, log: Log): Promise<Response> {
  const did = await completeCall(settings, callSid);
  log("operator.hung-up", { did });
  return Response.json({ callSid, did }, { status: did === "done" ? 200 : 502 });
}
