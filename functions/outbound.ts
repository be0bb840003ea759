import { randomUUID } from "node:crypto";
import { askAdmission, tellOutcome } from "./placing/ask-admission.ts";
import { checkBody } from "./placing/body.ts";
import { checkHours } from "./placing/calling-hours.ts";
import { checkDestination, readDestination } from "./placing/destination.ts";
import { checkKey } from "./placing/key.ts";
import { placeCall } from "./placing/place-call.ts";
import { readRequest } from "./placing/read-request.ts";
import { serveJson } from "./placing/serve-json.ts";
import { masked } from "./runtime/log.ts";

/**
 * `/outbound` places a call for a program that shows a key. Everything that can be refused without asking anybody is
 * refused first; then the Worker admits the call, and only then Twilio places it.
 */
export const handler = serveJson("outbound", async (request) => {
  const { fields, settings, log } = request;
  checkKey(fields, settings);
  checkBody(fields);
  const { timeZone, ...wanted } = readRequest(fields, settings);
  const destination = readDestination(wanted.to);
  checkDestination(destination, settings);
  const hours = settings.CALLING_HOURS;
  if (hours !== undefined) checkHours(hours, destination.country, timeZone, Date.now());

  const intent = randomUUID();
  const call = { ...wanted, to: destination.number, intent };
  const admission = await askAdmission(request, call);
  if (admission.kind === "placed") return { callSid: admission.callSid, status: admission.status };
  const placing = await placeCall(request, call);
  // Of an unknown end nothing is told: so a repetition of the request is refused, and does not call twice.
  if (placing.kind === "unknown") throw placing.refused;
  if (placing.kind === "refused") {
    await tellOutcome(request, { intent, placed: undefined });
    throw placing.refused;
  }
  await tellOutcome(request, { intent, placed: placing.call });
  log("call.placed", { to: masked(call.to), callSid: placing.call.callSid });
  return placing.call;
});
