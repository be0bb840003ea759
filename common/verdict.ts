import { object } from "./json.ts";
import { type Sentence, parseSentence } from "./sentence.ts";

/** What should follow a stream that has ended, in the Worker's word. */
export type Verdict = "hang-up" | "fallback";

/** The verdict, and the assistant's own words for it, if it has some. */
export type Judgement = { verdict: Verdict; say?: Sentence | undefined };

/** Reads the Worker's answer to the verdict question; anything else is not an answer. */
export function parseJudgement(answer: unknown): Judgement | undefined {
  const { verdict, say } = object(answer);
  if (verdict !== "hang-up" && verdict !== "fallback") return undefined;
  return { verdict, say: parseSentence(say) };
}
