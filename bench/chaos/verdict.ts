import { type MemorySample, slopePerMinute } from "./worker-memory.ts";
import type { CallResult } from "./result.ts";
import { fatalBlow, usualAnswerMs } from "./table.ts";

/** A run of fewer minutes says nothing of a leak: a runtime grows until it is warm. */
const warmUpMs = 3 * 60_000;
const leastWatchedMs = 5 * 60_000;
const mostMegabytesPerMinute = 1;

/** What should not be: a line for each. */
export function complaints(calls: readonly CallResult[], memory: readonly MemorySample[]): string[] {
  const answerMs = usualAnswerMs(calls);
  const slope = settledSlope(memory);
  return [
    ...calls.flatMap((call) => [
      ...(call.outcome === "went on" ? [] : [`${call.callSid} ${call.outcome}${when(call, answerMs)}`]),
      ...(call.leftoverCount === 0 ? [] : [`${call.callSid} left ${call.leftoverCount} sockets and timers`]),
      ...(call.repeatedMs === 0 ? [] : [`${call.callSid} heard ${call.repeatedMs} ms of sound twice`]),
      ...(call.repeatedCount === 0 ? [] : [`${call.callSid} was told ${call.repeatedCount} things twice`]),
    ]),
    ...(slope !== undefined && slope >= mostMegabytesPerMinute
      ? [`the Worker's memory grows by ${slope.toFixed(1)} MB a minute`]
      : []),
  ];
}

/** How fast the memory grows once the runtime is warm, in MB a minute; undefined of a run that was too short. */
export function settledSlope(memory: readonly MemorySample[]): number | undefined {
  const settled = memory.filter(({ atMs }) => atMs >= warmUpMs);
  const watchedMs = (settled.at(-1)?.atMs ?? 0) - (settled[0]?.atMs ?? 0);
  return watchedMs < leastWatchedMs ? undefined : slopePerMinute(settled);
}

function when(call: CallResult, answerMs: number): string {
  const blow = call.blows[fatalBlow(call, answerMs)];
  const end = `, ${(call.endMs / 1000).toFixed(1)} s into it`;
  return blow === undefined ? end : `${end}, ${((call.endMs - blow.atMs) / 1000).toFixed(1)} s after ${blow.kind}`;
}
