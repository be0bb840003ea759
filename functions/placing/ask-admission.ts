import {
  type OutboundAdmission,
  type OutboundCall,
  type OutboundOutcome,
  parseAdmission,
} from "../../common/outbound-call.ts";
import { Refused } from "../../common/outbound-refusal.ts";
import { admitPath, outcomePath } from "../../common/routes.ts";
import { askWorker } from "../runtime/ask-worker.ts";
import { reason } from "../runtime/log.ts";
import type { Request } from "./serve-json.ts";

/** Twilio has 4.5 s of the Function's ten, the Worker's two answers these. */
const admitDeadlineMs = 2_500;
const outcomeDeadlineMs = 1_500;

/**
 * Has the Worker admit a call and keep what it needs to know of it.
 *
 * @throws Refused, also when the Worker gives no answer: without it the call could not be held.
 */
export async function askAdmission(
  request: Request,
  call: OutboundCall,
): Promise<OutboundAdmission & { kind: "admitted" | "placed" }> {
  const { settings, log } = request;
  let admission: OutboundAdmission | undefined;
  try {
    admission = parseAdmission(await askWorker(settings, { path: admitPath, body: call, deadlineMs: admitDeadlineMs }));
  } catch (error) {
    log("admission.missing", { reason: reason(error) });
  }
  if (admission === undefined) {
    // It may have been admitted all the same: then it would hold its place, and its key, for a day.
    await tellOutcome(request, { intent: call.intent, placed: undefined });
    throw new Refused(
      502,
      "worker-away",
      "The Worker does not answer, and no call was placed.",
      "Check SERVER_URL, and that the Worker is deployed with the same TWILIO_AUTH_TOKEN or LINK_SECRET.",
    );
  }
  switch (admission.kind) {
    case "admitted":
    case "placed":
      return admission;
    case "still-placing":
      throw new Refused(
        409,
        "still-placing",
        "A request with this idempotencyKey is being carried out, or broke off without a word of what came of it.",
        "Ask again in a few seconds; if this remains, look for the call in Twilio's console before you use another key.",
      );
    case "idempotency-key-reused":
      throw new Refused(
        409,
        "idempotency-key-reused",
        "Another call was asked for with this idempotencyKey in the last 24 hours.",
        "Use a key of its own for each call, and the same one only to repeat a request.",
      );
    case "hourly-limit":
      throw new Refused(
        429,
        "hourly-limit",
        `${admission.limit} calls were placed in the last hour.`,
        "Call later, or raise OUTBOUND_PER_HOUR.",
      );
    case "number-limit":
      throw new Refused(
        429,
        "number-limit",
        `This number was called ${admission.limit} times in the last 24 hours.`,
        "Call it tomorrow, or raise OUTBOUND_PER_NUMBER_PER_DAY.",
      );
    case "spend-limit": {
      const [time, setting] = admission.per === "hour" ? ["hour", "MAX_USD_PER_HOUR"] : ["24 hours", "MAX_USD_PER_DAY"];
      throw new Refused(
        429,
        "spend-limit",
        `The calls of the last ${time} have cost the ${admission.limit} dollars that they may.`,
        `Call later, or raise ${setting}.`,
      );
    }
    case "assistant-unknown":
      throw new Refused(
        400,
        "assistant-unknown",
        `There is no assistant ${JSON.stringify(call.assistant)}.`,
        "Name one of worker/assistants/index.ts.",
      );
  }
}

/** Tells the Worker what came of a call. A call that was placed is not lost by its silence: only its repetition is. */
export async function tellOutcome({ settings, log }: Request, outcome: OutboundOutcome): Promise<void> {
  try {
    await askWorker(settings, { path: outcomePath, body: outcome, deadlineMs: outcomeDeadlineMs });
  } catch (error) {
    log("outcome.untold", { reason: reason(error) });
  }
}
