import type VoiceResponse from "twilio/lib/twiml/VoiceResponse.js";
import type { FunctionsSettings } from "../../common/settings.ts";

/** How Twilio's own sentences sound; empty while the settings are not known. */
export type Voice = Partial<Pick<FunctionsSettings, "SAY_VOICE" | "SAY_LANGUAGE">>;

/** Speaks a sentence in the configured voice. */
export function say(response: VoiceResponse, voice: Voice, sentence: string): void {
  response.say(attributes(voice), sentence);
}

/** Says that something went wrong, and hangs up. Never a silent end: the caller would wait. */
export function apologise(response: VoiceResponse, voice: Voice): void {
  say(response, voice, "We are sorry, something went wrong. Please call again later. Goodbye.");
  response.hangup();
}

/** The apology as a whole answer. */
export function apology(voice: Voice): string {
  const response = new Twilio.twiml.VoiceResponse();
  apologise(response, voice);
  return response.toString();
}

const attributes = ({ SAY_VOICE, SAY_LANGUAGE }: Voice): VoiceResponse.SayAttributes => ({
  ...(isVoice(SAY_VOICE) && { voice: SAY_VOICE }),
  ...(isLanguage(SAY_LANGUAGE) && { language: SAY_LANGUAGE }),
});

// Twilio adds voices and languages faster than the SDK's types do, so every name goes through.
const isVoice = (name: string | undefined): name is Defined<"voice"> => name !== undefined;
const isLanguage = (name: string | undefined): name is Defined<"language"> => name !== undefined;
type Defined<Name extends keyof VoiceResponse.SayAttributes> = NonNullable<VoiceResponse.SayAttributes[Name]>;
