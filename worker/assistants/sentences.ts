import type { Sentence } from "../../common/sentence.ts";
import { type CallFacts, fillPlaceholders } from "./placeholders.ts";

/**
 * Sentences that Twilio speaks in an assistant's stead, with the voice and the language they are spoken in (all names
 * are Twilio's). One that is left out is the settings' own, and so is its voice.
 */
export type FixedSentences = {
  voice?: string;
  language?: string;
  /** Before the model is there; empty for none. */
  greeting?: string;
  /** After a call that was hung up. */
  goodbye?: string;
  /** When the caller has to wait until the assistant can speak again. */
  moment?: string;
  /** When nothing can be said any more. */
  apology?: string;
};

export type SentenceName = "greeting" | "goodbye" | "moment" | "apology";

/** One of an assistant's sentences, if it has it. */
export function fixedSentence(
  sentences: FixedSentences | undefined,
  which: SentenceName,
  facts: CallFacts,
): Sentence | undefined {
  const text = sentences?.[which];
  if (text === undefined) return undefined;
  return { text: fillPlaceholders(text, facts), voice: sentences?.voice, language: sentences?.language };
}
