import { type Prepared, parsePrepared, toBeTold } from "../common/preparation.ts";
import { preparePath } from "../common/routes.ts";
import type { Sentence } from "../common/sentence.ts";
import { askWorker } from "./runtime/ask-worker.ts";
import { atMost } from "./runtime/at-most.ts";
import { admissionOf } from "./runtime/callers.ts";
import { connectStream } from "./runtime/connect.ts";
import { field } from "./runtime/fields.ts";
import { masked, reason } from "./runtime/log.ts";
import { ownOrigin } from "./runtime/own-origin.ts";
import { type Visit, serve } from "./runtime/serve.ts";
import { refusal, say } from "./runtime/speech.ts";

/** The caller hears nothing meanwhile. Whatever is not ready by then gets ready while Twilio speaks. */
const prepareWaitMs = 250;
/** A question that we do not wait for must still come to an end. */
const prepareDeadlineMs = 5_000;

/** `/twiml` answers a call: the Worker is woken, Twilio greets, then the call's audio goes to the Worker. */
export const handler = serve("twiml", async (visit) => {
  const { settings, log } = visit;
  const call = callOf(visit);
  log("call.answered", { from: masked(call.from), to: masked(call.to) });
  const isOurs = call.intent !== undefined;
  if (!isOurs && admissionOf(call.from, settings) !== "admit") return turnedAway(visit, "refuse");
  const { admission = "admit", greeting = { text: settings.SAY_GREETING } } = await prepare(visit, call);
  if (!isOurs && admission !== "admit") return turnedAway(visit, admission);
  return conversation(visit, call, greeting);
});

/**
 * A call at its answer. One that was placed from our number has an intent, under which the Worker keeps the wishes for
 * it; one that was placed by other means than ours has a word in its stead, of which the Worker knows nothing.
 */
type AnsweredCall = {
  from: string | undefined;
  to: string | undefined;
  intent: string | undefined;
  disclosure: string | undefined;
};

function callOf({ fields, settings }: Visit): AnsweredCall {
  const [from, to] = [field(fields, "From"), field(fields, "To")];
  const isOurs = field(fields, "Direction")?.startsWith("outbound") ?? false;
  if (!isOurs) return { from, to, intent: undefined, disclosure: undefined };
  return { from, to, intent: field(fields, "intent") ?? "none", disclosure: settings.OUTBOUND_DISCLOSURE };
}

function turnedAway({ settings, log }: Visit, admission: "busy" | "refuse"): string {
  log("call.turned-away", { admission });
  return refusal(settings, admission === "busy" ? "busy" : "rejected");
}

function conversation(visit: Visit, { from, to, intent, disclosure }: AnsweredCall, greeting: Sentence): string {
  const { settings } = visit;
  const response = new Twilio.twiml.VoiceResponse();
  say(response, settings, { text: disclosure ?? "" });
  say(response, settings, greeting);
  connectStream(response, visit, { from, to, said: toBeTold(disclosure, greeting.text), intent });
  return response.toString();
}

/** Has the Worker make the model ready while Twilio greets. Works without it, too: the call begins a little later. */
async function prepare({ callSid, settings, domain, log }: Visit, call: AnsweredCall): Promise<Prepared> {
  const functionsUrl = ownOrigin(settings, domain);
  const body = { ...call, said: settings.SAY_GREETING || undefined, functionsUrl };
  const prepared = askWorker(settings, { path: preparePath(callSid), body, deadlineMs: prepareDeadlineMs }).then(
    parsePrepared,
  );
  try {
    return await atMost(prepareWaitMs, prepared);
  } catch (error) {
    log("prepare.missing", { reason: reason(error) });
    return {};
  }
}
