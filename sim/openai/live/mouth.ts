import { frameMs } from "../../audio/mulaw.ts";
import type { UtteranceEnding } from "../facts.ts";
import type { LiveContext } from "./context.ts";
import { type Utterance, type Voicing, voice, wordsOf } from "./utterance.ts";

/** What was said of one utterance: its audio is 8 kHz μ-law, as far as it was sent. */
export type SpokenUtterance = { utteranceId: string; startMs: number; text: string; audio: Uint8Array };

/** Speaks one utterance after the other, a frame at a time, and never begins while the caller speaks. */
export type Mouth = {
  /** The utterance it is in the middle of. */
  readonly utteranceId: string | undefined;
  /** Whether the model has spoken yet, or is about to. */
  readonly hasSpoken: boolean;
  say(utterance: Utterance): void;
  /** Cuts the utterance it is in the middle of; with an id, that one alone. */
  cut(why: UtteranceEnding, utteranceId?: string): void;
  /** What is said in the 20 ms that have just passed; nothing when it is quiet. */
  frame(): Uint8Array | undefined;
  spoken(): SpokenUtterance[];
};

type Current = { utterance: Utterance; utteranceId: string; startMs: number; voicing: Voicing; pieces: Uint8Array[] };

/** A mouth with nothing to say. */
export function mouth(context: LiveContext): Mouth {
  const { timeline, report } = context;
  const queue: Utterance[] = [];
  const all: Current[] = [];
  let current: Current | undefined;

  function begin(): void {
    const next = queue[0];
    if (next === undefined || context.isCallerSpeaking || !isReady(next)) return;
    queue.shift();
    if (next.lines.length === 0) {
      next.done?.();
      return begin();
    }
    const startMs = timeline.nowMs() - frameMs;
    const voicing = voice(context, next, all.length === 0 ? "" : " ");
    current = { utterance: next, utteranceId: context.ids.utterance(), startMs, voicing, pieces: [] };
    all.push(current);
    report({ type: "utterance-started", utteranceId: current.utteranceId, startMs, text: wordsOf(next) });
  }

  const isReady = ({ lines }: Utterance): boolean =>
    lines.every((line) => line.type === "sound" || context.speech.ready(line.text) !== undefined);

  function end(ending: Current, why: UtteranceEnding): void {
    current = undefined;
    ending.voicing.frames.return();
    const spokenText = ending.voicing.spokenText();
    report({
      type: "utterance-ended",
      utteranceId: ending.utteranceId,
      endMs: timeline.nowMs() - frameMs,
      why,
      spokenText,
      unspokenText: wordsOf(ending.utterance).slice(spokenText.length).trimStart(),
    });
    if (why === "completed") ending.utterance.done?.();
  }

  function moderate(ending: Current): void {
    const error = ending.utterance.moderation?.error;
    end(ending, "moderated");
    if (error !== undefined) context.emit({ type: "error", error });
  }

  return {
    get utteranceId() {
      return current?.utteranceId;
    },
    get hasSpoken() {
      return all.length + queue.length > 0;
    },
    say(utterance) {
      for (const line of utterance.lines) if (line.type === "speech") void context.speech.prepare(line.text);
      queue.push(utterance);
    },
    cut(why, utteranceId) {
      if (current === undefined || (utteranceId ?? current.utteranceId) !== current.utteranceId) return;
      end(current, why);
    },
    frame() {
      if (current !== undefined && current.pieces.length * frameMs >= limitOf(current.utterance)) moderate(current);
      if (current === undefined) begin();
      if (current === undefined) return undefined;
      const step = current.voicing.frames.next();
      if (step.done === true) {
        end(current, "completed");
        return undefined;
      }
      current.pieces.push(step.value);
      return step.value;
    },
    spoken: () =>
      all.map(({ utteranceId, startMs, voicing, pieces }) => ({
        utteranceId,
        startMs,
        text: voicing.spokenText(),
        audio: new Uint8Array(Buffer.concat(pieces)),
      })),
  };
}

const limitOf = ({ moderation }: Utterance): number => moderation?.afterMs ?? Number.POSITIVE_INFINITY;
