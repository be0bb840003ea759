import { object, text } from "./json.ts";

/** A sentence that Twilio speaks; without a voice or a language of its own, as the settings say. Empty: nothing. */
export type Sentence = { text: string; voice?: string | undefined; language?: string | undefined };

/** Reads a sentence of the Worker's answer; anything else is none. */
export function parseSentence(value: unknown): Sentence | undefined {
  const fields = object(value);
  const words = text(fields["text"]);
  return words === undefined
    ? undefined
    : { text: words, voice: text(fields["voice"]), language: text(fields["language"]) };
}
