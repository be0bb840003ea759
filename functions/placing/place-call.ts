import type { OutboundCall, PlacedCall } from "../../common/outbound-call.ts";
import { Refused } from "../../common/outbound-refusal.ts";
import { callbackPath, twimlPath } from "../../common/routes.ts";
import { reason } from "../runtime/log.ts";
import { ownOrigin } from "../runtime/own-origin.ts";
import type { Request } from "./serve-json.ts";
import { twilioClient } from "./twilio-client.ts";
import { isUnreached, refusalFrom } from "./twilio-errors.ts";

/** What came of asking Twilio. `unknown`: it gave no answer, and may be calling all the same. */
type Placing =
  | { kind: "placed"; call: PlacedCall }
  | { kind: "refused"; refused: Refused }
  | { kind: "unknown"; refused: Refused };

/**
 * Has Twilio place a call. Whatever is personal is with the Worker, under the intent: what stands here stands in
 * Twilio's logs, too.
 */
export async function placeCall(request: Request, call: OutboundCall): Promise<Placing> {
  const { settings, domain, log } = request;
  try {
    const { sid, status } = await twilioClient(settings).calls.create({
      to: call.to,
      from: call.from,
      url: `${ownOrigin(settings, domain)}${twimlPath}?intent=${call.intent}`,
      timeout: settings.OUTBOUND_RING_SECONDS,
      timeLimit: call.timeLimitS,
      statusCallback: settings.SERVER_URL + callbackPath("status"),
      statusCallbackEvent: ["initiated", "ringing", "answered", "completed"],
      ...(call.machineDetection && {
        // Detection beside the call: otherwise the person who answers hears seconds of nothing (twilio.md 4.1).
        machineDetection: "DetectMessageEnd",
        asyncAmd: "true",
        asyncAmdStatusCallback: settings.SERVER_URL + callbackPath("amd"),
      }),
    });
    return { kind: "placed", call: { callSid: sid, status } };
  } catch (error) {
    log("call.not-placed", { reason: reason(error) });
    const refused = refusalFrom(error);
    if (refused !== undefined) return { kind: "refused", refused };
    return isUnreached(error) ? { kind: "refused", refused: unreached } : { kind: "unknown", refused: unanswered };
  }
}

const unreached = new Refused(
  502,
  "twilio-away",
  "Twilio cannot be reached, and no call was placed.",
  "Try again later; if you set TWILIO_API_URL, check it.",
);

const unanswered = new Refused(
  502,
  "twilio-away",
  "Twilio gave no answer: it is not known whether the call was placed.",
  "Look in Twilio's console. A repetition with the same idempotencyKey never places a second call.",
);
