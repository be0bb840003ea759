import { callbackPath, streamEndedPath } from "../../common/routes.ts";
import type { Sentence } from "../../common/sentence.ts";
import { callerIdFor } from "./caller-id.ts";
import { field } from "./fields.ts";
import { ownOrigin } from "./own-origin.ts";
import type { Visit } from "./serve.ts";
import { apology, lastWords, say } from "./speech.ts";

/** The rungs below the assistant: a person, a message, and a word that it was taken. */
export type Rung = "person" | "voicemail" | "thanks";

/** Which rung a visit is about, when Twilio comes back from the one above. */
export const rungNamed = (name: string | undefined): Rung | undefined =>
  (["person", "voicemail", "thanks"] as const).find((rung) => rung === name);

const longestMessageSeconds = 180;

/**
 * What is done when the assistant cannot speak (DESIGN 7): a person takes the call, or else a message is taken, or else
 * there is an apology. `sorry` is the assistant's own.
 */
export function ladder(visit: Visit, rung: Rung, sorry?: Sentence): string {
  const { settings } = visit;
  if (rung === "thanks") return lastWords(settings, { text: "Thank you. Goodbye." });
  if (rung === "person" && settings.FALLBACK_NUMBER !== undefined) return dialPerson(visit, settings.FALLBACK_NUMBER);
  // Whom we have called is not asked to leave us a message.
  const isOurs = field(visit.fields, "Direction")?.startsWith("outbound") ?? false;
  if (settings.VOICEMAIL_SENTENCE !== "" && !isOurs) return takeMessage(visit, sorry);
  return apology(settings, sorry);
}

function dialPerson(visit: Visit, number: string): string {
  const response = new Twilio.twiml.VoiceResponse();
  say(response, visit.settings, { text: "One moment please, I am putting you through." });
  const timeout = visit.settings.TRANSFER_RING_SECONDS;
  const timeLimit = visit.settings.TRANSFER_MAX_MINUTES * 60;
  const action = rungUrl(visit, "voicemail");
  response.dial({ action, timeout, timeLimit, answerOnBridge: true, ...callerIdFor(visit) }).number(number);
  return response.toString();
}

/** The tone alone would tell nobody what happened. */
function takeMessage(visit: Visit, sorry: Sentence | undefined): string {
  const { callSid, settings } = visit;
  const response = new Twilio.twiml.VoiceResponse();
  if (sorry !== undefined) say(response, settings, sorry);
  say(response, settings, { text: settings.VOICEMAIL_SENTENCE });
  response.record({
    action: rungUrl(visit, "thanks"),
    maxLength: longestMessageSeconds,
    playBeep: true,
    finishOnKey: "#",
    recordingStatusCallback: settings.SERVER_URL + callbackPath("recording", callSid),
  });
  response.hangup();
  return response.toString();
}

const rungUrl = ({ settings, domain }: Visit, rung: Rung): string =>
  `${ownOrigin(settings, domain)}${streamEndedPath}?rung=${rung}`;
