import text2wav from "text2wav";

/** What the synthesis process is asked, and what it answers. */
export type SynthesisRequest = { requestId: number; text: string; options: VoiceOptions };
export type SynthesisAnswer = { requestId: number; wav: Uint8Array };

/** espeak-ng's own settings: a voice name, pitch 0 to 99, speed in words a minute. */
export type VoiceOptions = { voice: string; pitch: number; speed: number };

/**
 * Runs alone in a child process: the synthesiser holds code under the GPL, writes to stderr, and installs handlers for
 * the whole process. It is used for development only and never becomes part of what is deployed.
 */
let turn = Promise.resolve();
process.on("message", (request: SynthesisRequest) => {
  turn = turn.then(() => answer(request));
});
process.on("disconnect", () => process.exit());

async function answer({ requestId, text, options }: SynthesisRequest): Promise<void> {
  // The text is an argument on a command line: one that begins with a dash would be taken for an option.
  const wav = await text2wav(text.startsWith("-") ? ` ${text}` : text, options);
  process.send?.({ requestId, wav } satisfies SynthesisAnswer);
}
