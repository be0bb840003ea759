/** What should follow a stream that has ended, in the Worker's word. */
export type Verdict = "hang-up" | "fallback";

/** Reads the Worker's answer to the verdict question; anything else is not an answer. */
export function parseVerdict(answer: unknown): Verdict | undefined {
  if (typeof answer !== "object" || answer === null || !("verdict" in answer)) return undefined;
  return answer.verdict === "hang-up" || answer.verdict === "fallback" ? answer.verdict : undefined;
}
