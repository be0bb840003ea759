import type { SessionContext } from "./context.ts";
import { idleTimeout } from "./idle-timeout.ts";
import { inputAudio, type InputAudio } from "./input-audio.ts";
import { inputTranscription } from "./input-transcription.ts";
import { enterItem } from "./item-edits.ts";
import type { Responses } from "./responses.ts";
import type { Objection } from "../shape.ts";

/** What the caller says, turn by turn: listens to the input, and starts and cuts the model's responses. */
export type CallerTurns = {
  readonly input: InputAudio;
  /** A client's `input_audio_buffer.append`, decoded. */
  append(bytes: Uint8Array): void;
  /** A client's `input_audio_buffer.commit`: there is no answer before it is asked for. */
  commit(): Objection | undefined;
  clear(): void;
  /** The model has said all it had to say. */
  modelEnded(audioMs: number): void;
};

/** The caller's turns of one session. `reject` tells the client of an answer that could not be given. */
export function callerTurns(
  context: SessionContext,
  responses: Responses,
  reject: (objection: Objection) => void,
): CallerTurns {
  const transcribe = inputTranscription(context);
  const idle = idleTimeout(context, promptSilentCaller);
  const input = inputAudio({ speechStarted, speechStopped });
  let itemId = "";
  let startMs = 0;

  function speechStarted(audioStartMs: number): void {
    itemId = context.ids.item();
    startMs = audioStartMs;
    idle.disarm();
    const audio_start_ms = Math.round(audioStartMs);
    context.report({ type: "speech-started", itemId, audioStartMs: audio_start_ms });
    context.emit({ type: "input_audio_buffer.speech_started", audio_start_ms, item_id: itemId });
    if (context.config.audio.input.turn_detection?.interrupt_response === true) responses.interrupt();
  }

  function speechStopped(audioEndMs: number): void {
    const audio_end_ms = Math.round(audioEndMs);
    context.report({ type: "speech-stopped", itemId, audioEndMs: audio_end_ms });
    context.emit({ type: "input_audio_buffer.speech_stopped", audio_end_ms, item_id: itemId });
    enter(itemId, input.take(startMs, audioEndMs));
    if (context.config.audio.input.turn_detection?.create_response === true) answer();
  }

  function promptSilentCaller(idleMs: number): void {
    if (input.isSpeech || responses.isResponding) return;
    const silentItemId = context.ids.item();
    const endMs = Math.round(input.heard.durationMs);
    context.emit({
      type: "input_audio_buffer.timeout_triggered",
      audio_start_ms: Math.max(0, endMs - idleMs),
      audio_end_ms: endMs,
      item_id: silentItemId,
    });
    enter(silentItemId, input.takeAll());
    answer();
  }

  function enter(id: string, audio: Uint8Array): void {
    const previous = context.conversation.lastItemId();
    context.emit({ type: "input_audio_buffer.committed", item_id: id, previous_item_id: previous });
    enterItem(context, {
      item: {
        id,
        object: "realtime.item",
        type: "message",
        role: "user",
        status: "completed",
        content: [{ type: "input_audio" }],
      },
      speech: { audio, transcript: "", isTruncated: false },
    });
    transcribe(id, audio);
  }

  function answer(): void {
    const objection = responses.answer();
    if (objection !== undefined) reject(objection);
  }

  return {
    input,
    append(bytes) {
      const { format, turn_detection } = context.config.audio.input;
      input.append(bytes, format, turn_detection);
    },
    commit() {
      if (input.bufferedMs < smallestCommitMs) return tooLittleAudio(input.bufferedMs);
      enter(input.isSpeech ? itemId : context.ids.item(), input.takeAll());
      return undefined;
    },
    clear() {
      input.clear();
      context.emit({ type: "input_audio_buffer.cleared" });
    },
    modelEnded: (audioMs) => idle.arm(audioMs),
  };
}

const smallestCommitMs = 100;

const tooLittleAudio = (durationMs: number): Objection => ({
  code: "input_audio_buffer_commit_empty",
  message: `Error committing input audio buffer: buffer too small. Expected at least 100ms of audio, but buffer only has ${durationMs.toFixed(2)}ms of audio.`,
  param: null,
});
