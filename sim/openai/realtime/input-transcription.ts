import { bytesPerMs } from "../../audio/mulaw.ts";
import type { SessionContext } from "./context.ts";

/** Transcribes one turn of the caller, as the scenario says; does nothing when the session wants no transcription. */
export type InputTranscription = (itemId: string, audio: Uint8Array) => void;

/**
 * The transcription of one session: a separate model, so that its result may come before or after the whole response,
 * or never (openai.md A7). What the scenario does not say is transcribed as a note that it was not understood.
 */
export function inputTranscription(context: SessionContext): InputTranscription {
  let turnCount = 0;
  return (itemId, audio) => {
    if (context.config.audio.input.transcription === null) return;
    const seconds = audio.length / bytesPerMs / 1_000;
    const result = context.scenario.transcriptions?.[turnCount++] ?? notUnderstood(seconds);
    if (result.type === "never") return;
    const item = { item_id: itemId, content_index: 0 };
    context.clock.after(result.delayMs, () => {
      if (result.type === "failed")
        return context.emit({
          type: "conversation.item.input_audio_transcription.failed",
          ...item,
          error: { type: "transcription_error", code: "audio_unintelligible", message: "It could not be transcribed." },
        });
      context.emit({ type: "conversation.item.input_audio_transcription.delta", ...item, delta: result.text });
      context.emit({
        type: "conversation.item.input_audio_transcription.completed",
        ...item,
        transcript: result.text,
        usage: { type: "duration", seconds },
      });
    });
  };
}

const notUnderstood = (seconds: number) =>
  ({ type: "completed", text: `(${seconds.toFixed(1)} s of speech, not understood)`, delayMs: 300 }) as const;
