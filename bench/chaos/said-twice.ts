import { frameMs } from "../../sim/audio/mulaw.ts";
import type { Answer, AnswerFrame } from "./answer-book.ts";

/** What a caller heard, held against what was said. */
export type Memory = {
  hear(frame: AnswerFrame): void;
  /** How much sound was heard a second time. */
  repeatedMs(): number;
  /** How many greetings were heard after the first, and full answers to a question that had one. */
  repeatedCount(): number;
};

/** A greeting of which less was heard is none. */
const leastGreetingMs = 300;

export function memory(): Memory {
  const heard = new Map<Answer, number[]>();

  return {
    hear({ answer, index }) {
      const counts = heard.get(answer) ?? Array.from({ length: answer.frameCount }, () => 0);
      heard.set(answer, counts);
      counts[index] = (counts[index] ?? 0) + 1;
    },
    repeatedMs: () => [...heard.values()].flat().reduce((sum, count) => sum + Math.max(0, count - 1) * frameMs, 0),
    repeatedCount() {
      const all = [...heard];
      const greetings = all.filter(([{ why }, counts]) => why === "greeting" && heardMs(counts) >= leastGreetingMs);
      const answered = all.filter((each) => each[0].why === "question" && isFull(each));
      const questions = new Set(answered.map(([{ questionCount }]) => questionCount));
      return Math.max(0, greetings.length - 1) + answered.length - questions.size;
    },
  };
}

const heardMs = (counts: number[]): number => counts.filter((count) => count > 0).length * frameMs;

/** Whether all but a frame or two of an answer were heard. */
const isFull = ([{ frameCount }, counts]: [Answer, number[]]): boolean =>
  counts.filter((count) => count > 0).length >= frameCount - 2;
