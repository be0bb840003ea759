import type { PhoneStep } from "../../sim/phone/step.ts";
import type { Call } from "../../sim/twilio/call/call-request.ts";
import type { CalledPhone } from "../../sim/twilio/call/called-phone.ts";
import type { Twilio } from "../../sim/twilio/twilio.ts";
import { startAccount } from "./twilio-account.ts";
import { type AppBehaviour, startApp, twiml } from "./twilio-app.ts";

/** Who is dialled. */
export const colleague = "+15554440000";
export const hangUp = { step: "hang-up" } as const;
export const picksUp = (script: readonly PhoneStep[], ringMs = 20): CalledPhone => ({
  does: "pick-up",
  ringMs,
  script,
});

/** An application whose document dials, and an account in which a colleague can be dialled. */
export async function dialling(
  called: CalledPhone,
  body: string,
  answers: AppBehaviour["answers"] = {},
  others: Record<string, CalledPhone> = {},
) {
  const app = await startApp({
    answers: { "/twiml": () => twiml(body), "/dialled": () => twiml("<Say>done</Say>"), ...answers },
  });
  const phones = { [colleague]: called, ...others };
  const account = await startAccount({ voiceUrl: `${app.url}/twiml` }, { phones });
  return { app, account };
}

/** A document that dials, and says something should it go on. */
export const dial = (attributes = "", inside = colleague): string =>
  `<Dial action="/dialled" timeout="5" ${attributes}>${inside}</Dial><Say>next</Say>`;

/** The call that the document dialled. */
export const childOf = (account: Twilio): Call | undefined =>
  account.calls().find(({ facts }) => facts.parentSid !== undefined);
