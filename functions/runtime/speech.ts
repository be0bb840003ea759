import type VoiceResponse from "twilio/lib/twiml/VoiceResponse.js";
import type { Sentence } from "../../common/sentence.ts";
import type { FunctionsSettings } from "../../common/settings.ts";

/** How Twilio's own sentences sound; empty while the settings are not known. */
export type Voice = Partial<Pick<FunctionsSettings, "SAY_VOICE" | "SAY_LANGUAGE">>;

const sorry: Sentence = { text: "We are sorry, something went wrong. Please call again later. Goodbye." };

/** Speaks a sentence in its own voice, or else in the configured one; nothing for an empty one. */
export function say(response: Pick<VoiceResponse, "say">, voice: Voice, sentence: Sentence): void {
  if (sentence.text !== "") response.say(attributes(voice, sentence), sentence.text);
}

/** Says that something went wrong, and hangs up. Never a silent end: the caller would wait. */
export function apologise(response: VoiceResponse, voice: Voice, sentence = sorry): void {
  say(response, voice, sentence);
  response.hangup();
}

/** The apology as a whole answer. */
export const apology = (voice: Voice, sentence = sorry): string => lastWords(voice, sentence);

/** A last sentence, as a whole answer. */
export function lastWords(voice: Voice, sentence: Sentence): string {
  const response = new Twilio.twiml.VoiceResponse();
  say(response, voice, sentence);
  response.hangup();
  return response.toString();
}

/** Turns a caller away: with the settings' sentence, or else without answering, which costs neither side anything. */
export function refusal(
  { REFUSAL_SENTENCE: text, ...voice }: Voice & { REFUSAL_SENTENCE?: string | undefined },
  reason: "busy" | "rejected",
): string {
  if (text !== undefined) return lastWords(voice, { text });
  const response = new Twilio.twiml.VoiceResponse();
  response.reject({ reason });
  return response.toString();
}

/** A voice speaks its own language: a sentence with either has both from itself. */
function attributes(settings: Voice, { voice, language }: Sentence): VoiceResponse.SayAttributes {
  const isItsOwn = voice !== undefined || language !== undefined;
  const named = isItsOwn ? voice : settings.SAY_VOICE;
  const spoken = isItsOwn ? language : settings.SAY_LANGUAGE;
  return { ...(isVoice(named) && { voice: named }), ...(isLanguage(spoken) && { language: spoken }) };
}

// Twilio adds voices and languages faster than the SDK's types do, so every name goes through.
const isVoice = (name: string | undefined): name is Defined<"voice"> => name !== undefined;
const isLanguage = (name: string | undefined): name is Defined<"language"> => name !== undefined;
type Defined<Name extends keyof VoiceResponse.SayAttributes> = NonNullable<VoiceResponse.SayAttributes[Name]>;
