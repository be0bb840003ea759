import type { CallSid } from "../common/ids.ts";
import { parseObject } from "../common/json.ts";
import type { WorkerSettings } from "../common/settings.ts";
import { Transcript } from "./bridge/transcript.ts";
import { type Environment, recordOf } from "./environment.ts";
import type { Log } from "./log.ts";
import { completeCall } from "./twilio/rest.ts";

/** What is known of a call, by its record: what was said, as it was heard, and what happened. */
export async function tellStory(environment: Environment, callSid: CallSid): Promise<Response> {
  const { entries, lines, isOver } = await recordOf(environment, callSid).story();
  return Response.json({
    callSid,
    isOver,
    transcript: new Transcript(lines).entries(),
    journal: entries.map(({ atMs, kind, json }) => ({ at: new Date(atMs).toISOString(), kind, ...parseObject(json) })),
  });
}

/** Ends a call at Twilio, as an operator wishes; tells what came of it. */
export async function hangUpCall(settings: WorkerSettings, callSid: CallSid, log: Log): Promise<Response> {
  const did = await completeCall(settings, callSid);
  log("operator.hung-up", { did });
  return Response.json({ callSid, did }, { status: did === "done" ? 200 : 502 });
}
