/** Who speaks. Each has a voice of its own, so that a listener hears who it is. */
export type VoiceName = "caller" | "twilio" | "assistant" | "person" | "machine";

/**
 * Says a text: the words as 8 kHz μ-law, at the level of speech on a telephone (about -18 dBFS), with next to no
 * silence around them. The same text in the same voice gives the same bytes. A text with nothing to say gives none.
 */
export type Speak = (text: string, voice: VoiceName) => Promise<Uint8Array>;
