import { streamEndedPath, whisperFunctionPath } from "../../common/routes.ts";
import type { TransferOutcome } from "../../common/verdict.ts";
import { callerIdFor } from "./caller-id.ts";
import { type RequestFields, field } from "./fields.ts";
import { ownOrigin } from "./own-origin.ts";
import type { Visit } from "./serve.ts";

/** Dials a person. Twilio comes back when nobody takes the call, or when it is over. */
export function dialTransfer(visit: Visit, { to, isWarm }: { to: string; isWarm: boolean }): string {
  const { callSid, settings, domain } = visit;
  const origin = ownOrigin(settings, domain);
  const response = new Twilio.twiml.VoiceResponse();
  const dial = response.dial({
    action: `${origin}${streamEndedPath}?after=transfer`,
    timeout: settings.TRANSFER_RING_SECONDS,
    answerOnBridge: true,
    timeLimit: settings.TRANSFER_MAX_MINUTES * 60,
    ...callerIdFor(visit),
  });
  // The whisper is played on a call of its own, which does not know ours.
  dial.number(isWarm ? { url: `${origin}${whisperFunctionPath}?call=${callSid}` } : {}, to);
  return response.toString();
}

/** What came of it, by what Twilio says of the call that it has dialled (`<Dial action>`). */
export function transferOutcomeOf(fields: RequestFields): TransferOutcome {
  switch (field(fields, "DialCallStatus")) {
    case "completed":
    case "answered":
      // Who hung up on the whisper was never joined to the caller.
      return field(fields, "DialBridged") === "false" ? "refused" : "taken";
    case "busy":
      return "busy";
    case "no-answer":
      return "no-answer";
    default:
      return "failed";
  }
}
