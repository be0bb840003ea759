import type { Speak } from "../voice/voices.ts";

/** What the model will say, synthesised ahead of the moment it is needed: a real model needs no synthesiser. */
export type SpeechStore = {
  prepare(text: string): Promise<void>;
  /** The speech as 8 kHz μ-law, once it is prepared. */
  ready(text: string): Uint8Array | undefined;
};

/** A store that is empty; a text that cannot be spoken is reported and stays silent. */
export function speechStore(speak: Speak, report: (message: string) => void): SpeechStore {
  const spoken = new Map<string, Uint8Array>();
  const underway = new Map<string, Promise<void>>();

  async function synthesise(text: string): Promise<void> {
    try {
      spoken.set(text, await speak(text, "assistant"));
    } catch (error) {
      spoken.set(text, new Uint8Array(0));
      report(`The words "${text}" could not be spoken: ${String(error)}`);
    }
  }

  return {
    prepare(text) {
      const known = underway.get(text) ?? synthesise(text);
      underway.set(text, known);
      return known;
    },
    ready: (text) => spoken.get(text),
  };
}
