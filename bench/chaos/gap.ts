/**
 * A time in which a caller hears nothing and ought to: after a question, in the midst of what was being said, or at
 * the very beginning. In ms of the call; without an end, nothing came any more.
 */
export type Wait = { cause: "greeting" | "answer" | "cut"; fromMs: number; toMs: number | undefined };

/** A blow as it fell, in ms of the call. */
export type Fallen = { kind: string; atMs: number };

/** A call as far as its gaps go; `endMs` is its end. */
export type Waited = { blows: readonly Fallen[]; waits: readonly Wait[]; endMs: number };

/**
 * What each blow of a call, in their order, made the caller wait beyond what the model takes for an answer by itself
 * (`answerMs`): the longest of the waits that it is to blame for.
 */
export function gapsOf(call: Waited, answerMs: number): number[] {
  const gapsMs = call.blows.map(() => 0);
  for (const wait of call.waits) {
    const index = blamedFor(wait, call.blows, answerMs);
    if (index >= 0) gapsMs[index] = Math.max(gapsMs[index] ?? 0, (wait.toMs ?? call.endMs) - dueMs(wait, answerMs));
  }
  return gapsMs;
}

/** To blame for a wait is the last blow by the time that it should have been over; -1 when there was none. */
export const blamedFor = (wait: Wait, blows: readonly Fallen[], answerMs: number): number =>
  blows.findLastIndex(({ atMs }) => atMs <= dueMs(wait, answerMs));

/** What was cut off should have gone on at once. */
const dueMs = ({ cause, fromMs }: Wait, answerMs: number): number => fromMs + (cause === "cut" ? 0 : answerMs);

/** A blow is felt for so long at least. */
const feltMs = 20_000;

/** How long the caller waited for the answers that no blow was near. */
export function undisturbed({ waits, blows }: Waited): number[] {
  return waits.flatMap(({ cause, fromMs, toMs }) => {
    const isNear = ({ atMs }: Fallen): boolean => atMs > fromMs - feltMs && atMs < (toMs ?? Infinity);
    return cause !== "answer" || toMs === undefined || blows.some(isNear) ? [] : [toMs - fromMs];
  });
}
