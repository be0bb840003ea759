/**
 * A time in which a caller hears nothing and ought to: after a question, in the midst of what was being said, or at
 * the very beginning. In ms of the call; without an end, nothing came any more.
 */
export type Wait = { cause: "greeting" | "answer" | "cut"; fromMs: number; toMs: number | undefined };

/** A blow as it fell, in ms of the call. */
export type Fallen = { kind: string; atMs: number };

/** What a blow may be blamed for begins this long after it at most, and before the next blow. */
const blameMs = 20_000;

/**
 * What each blow of a call, in their order, made the caller wait beyond what the model takes for an answer by itself:
 * the longest of its waits. `endMs` is the call's end.
 */
export function gapsOf(blows: readonly Fallen[], waits: readonly Wait[], answerMs: number, endMs: number): number[] {
  return blows.map(({ atMs }, index) => {
    const untilMs = Math.min(atMs + blameMs, blows[index + 1]?.atMs ?? endMs);
    const blamed = waits.filter(({ fromMs, toMs = endMs }) => fromMs < untilMs && toMs > atMs);
    return Math.max(0, ...blamed.map((wait) => excessMs(wait, answerMs, endMs)));
  });
}

/** The answers' waits that no blow was near. */
export function undisturbed(waits: readonly Wait[], blows: readonly Fallen[]): number[] {
  return waits.flatMap(({ cause, fromMs, toMs }) => {
    const isNear = ({ atMs }: Fallen): boolean => atMs > fromMs - blameMs && atMs < (toMs ?? Infinity);
    return cause !== "answer" || toMs === undefined || blows.some(isNear) ? [] : [toMs - fromMs];
  });
}

const excessMs = ({ cause, fromMs, toMs }: Wait, answerMs: number, endMs: number): number =>
  (toMs ?? endMs) - fromMs - (cause === "cut" ? 0 : answerMs);
