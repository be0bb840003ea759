import type { LiveContext } from "./context.ts";

/** Tells what the caller says while it is said: the only sign of a caller that a client gets. */
export type InputTranscript = {
  callerStarted(atMs: number): void;
  callerStopped(atMs: number): void;
};

/** Fragments come about every 200 ms (openai.md B6), a while after the sound. */
const everyMs = 200;
const defaultLagMs = 200;

/**
 * The transcript of the caller. What the scenario says of a turn is told a word at a time while the turn lasts, and the
 * rest at its end; `failed` and `never` tell nothing. Of anything else it is said that it was not understood. No word is
 * told of a stretch that was not loud: its time would be taken for the end of the turn.
 */
export function inputTranscript(
  context: LiveContext,
  wasLoud: (fromMs: number, toMs: number) => boolean,
): InputTranscript {
  const { timeline, scenario } = context;
  let turnIndex = 0;
  let turn: { words: string[]; rest: (durationMs: number) => string; lagMs: number; startMs: number } | undefined;
  let toldMs = 0;

  function tell(delta: string, start_ms: number, end_ms: number, lagMs: number): void {
    if (delta === "") return;
    timeline.after(lagMs, () => context.emit({ type: "session.input_transcript.delta", delta, start_ms, end_ms }));
  }

  function tick(of: typeof turn): void {
    if (turn === undefined || turn !== of) return;
    const endMs = timeline.nowMs();
    const [word] = turn.words;
    if (word !== undefined && wasLoud(Math.max(toldMs, endMs - everyMs), endMs)) {
      turn.words.shift();
      tell(word, toldMs, endMs, turn.lagMs);
      toldMs = endMs;
    }
    timeline.after(everyMs, () => tick(of));
  }

  return {
    callerStarted(startMs) {
      const scripted = scenario.transcriptions?.[turnIndex];
      const separator = turnIndex++ === 0 ? "" : " ";
      if (scripted?.type === "failed" || scripted?.type === "never") return;
      turn =
        scripted === undefined
          ? { words: [`${separator}(speech,`], rest: notUnderstood, lagMs: defaultLagMs, startMs }
          : { words: wordsOf(separator + scripted.text), rest: () => "", lagMs: scripted.delayMs, startMs };
      toldMs = startMs;
      tick(turn);
    },
    callerStopped(endMs) {
      if (turn === undefined) return;
      const rest = turn.words.join("") + turn.rest(endMs - turn.startMs);
      tell(rest, Math.min(toldMs, endMs), endMs, turn.lagMs);
      turn = undefined;
    },
  };
}

const wordsOf = (text: string): string[] => text.match(/\s*\S+/g) ?? [];

const notUnderstood = (durationMs: number): string => ` ${(durationMs / 1_000).toFixed(1)} s, not understood)`;
