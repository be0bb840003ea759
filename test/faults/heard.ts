import type { Answer, AnswerBook, AnswerFrame } from "../../bench/chaos/answer-book.ts";
import type { Wait } from "../../bench/chaos/gap.ts";
import { memory } from "../../bench/chaos/said-twice.ts";
import { fromDbfs, rms } from "../../sim/audio/level.ts";
import { frameBytes, frameMs } from "../../sim/audio/mulaw.ts";
import type { CallRecording } from "../../sim/phone/recording.ts";
import type { Question } from "./troupe.ts";

/** How much of an answer was heard. */
export type HeardAnswer = { answer: Answer; heardMs: number };

/** What a caller heard, by the phone's own recording. */
export type Heard = {
  /** Every answer of which anything was heard, in order. */
  answers: HeardAnswer[];
  waits: Wait[];
  repeatedMs: number;
  repeatedCount: number;
  endMs: number;
  /** The longest of the waits that were not over by then. */
  longestWaitMs(sinceMs: number): number;
  /** When the first sound after the next silence was heard; Infinity when none was. */
  soundAfterMs(fromMs: number): number;
};

type Sounding = AnswerFrame & { atMs: number };

const audible = fromDbfs(-45);
/** There is no such silence within an answer: it was cut off. */
const cutMs = 100;

/** Listens to a recording, knowing what was asked when. */
export function listen(recording: CallRecording, book: AnswerBook, questions: readonly Question[]): Heard {
  const agent = recording.agent();
  const frames = Array.from({ length: agent.length / frameBytes }, (_, index) =>
    agent.subarray(index * frameBytes, (index + 1) * frameBytes),
  );
  const isSound = frames.map((frame) => book.read(frame) !== undefined || rms(frame) > audible);
  const sounding = frames.flatMap((frame, index): Sounding[] => {
    const known = book.read(frame);
    return known === undefined ? [] : [{ ...known, atMs: index * frameMs }];
  });
  const mind = memory();
  for (const frame of sounding) mind.hear(frame);
  const endMs = recording.durationMs;
  const waits = [
    greetingWait(sounding),
    ...questions.map((each, index) => answerWait(each, index + 1, sounding)),
    ...cuts(sounding),
  ];

  return {
    answers: answersIn(sounding),
    waits,
    repeatedMs: mind.repeatedMs(),
    repeatedCount: mind.repeatedCount(),
    endMs,
    longestWaitMs: (sinceMs) =>
      Math.max(0, ...waits.flatMap(({ fromMs, toMs = endMs }) => (toMs > sinceMs ? toMs - fromMs : []))),
    soundAfterMs(fromMs) {
      const quiet = isSound.indexOf(false, Math.ceil(fromMs / frameMs));
      const sound = quiet === -1 ? -1 : isSound.indexOf(true, quiet);
      return sound === -1 ? Infinity : sound * frameMs;
    },
  };
}

function answersIn(sounding: readonly Sounding[]): HeardAnswer[] {
  const heard = new Map<Answer, number>();
  for (const { answer } of sounding) heard.set(answer, (heard.get(answer) ?? 0) + frameMs);
  return [...heard].map(([answer, heardMs]) => ({ answer, heardMs }));
}

const greetingWait = (sounding: readonly Sounding[]): Wait => ({
  cause: "greeting",
  fromMs: 0,
  toMs: sounding[0]?.atMs,
});

/** An answer that was given to an earlier question is none, though it is heard later. */
function answerWait({ toMs }: Question, count: number, sounding: readonly Sounding[]): Wait {
  const first = sounding.find(({ atMs, answer }) => atMs >= toMs && answer.questionCount >= count);
  return { cause: "answer", fromMs: toMs, toMs: first?.atMs };
}

/** Where the agent fell silent in the midst of an answer. Nobody interrupts it in these stories. */
const cuts = (sounding: readonly Sounding[]): Wait[] =>
  sounding.flatMap(({ answer, index, atMs }, place): Wait[] => {
    const next = sounding[place + 1];
    const fromMs = atMs + frameMs;
    const goesOn = next !== undefined && next.atMs - fromMs < cutMs;
    const wasWhole = index >= answer.frameCount - 2;
    return goesOn || wasWhole ? [] : [{ cause: "cut", fromMs, toMs: next?.atMs }];
  });
