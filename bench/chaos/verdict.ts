import { gapsOf } from "./gap.ts";
import type { CallResult } from "./result.ts";
import { fatalBlow, usualAnswerMs } from "./table.ts";
import { type MemorySample, slopePerMinute } from "./worker-memory.ts";

/** Something that should not be; in a call, with the time of it that its log tells of, in ms of the call. */
export type Complaint = { text: string; call?: { callSid: string; fromMs: number; toMs: number } };

/** What the caller may wait for the model beyond its own time, by what befell the call. */
const mostGapMs: Readonly<Record<string, number>> = {
  "model drop": 1_500,
  "model close": 1_500,
  "worker drop-model": 1_500,
  "worker abort": 3_000,
};

/** A run of fewer minutes says nothing of a leak: a runtime grows until it is warm. */
const warmUpMs = 3 * 60_000;
const leastWatchedMs = 5 * 60_000;
const mostMegabytesPerMinute = 1;

/** Everything that should not be. */
export function complaints(calls: readonly CallResult[], memory: readonly MemorySample[]): Complaint[] {
  const answerMs = usualAnswerMs(calls);
  const slope = settledSlope(memory);
  return [
    ...calls.flatMap((call) => [...ofEnd(call, answerMs), ...ofGaps(call, answerMs)]),
    ...(slope !== undefined && slope >= mostMegabytesPerMinute
      ? [{ text: `the Worker's memory grows by ${slope.toFixed(1)} MB a minute` }]
      : []),
  ];
}

/** How it ended, what it left, and what was heard twice. */
function ofEnd(call: CallResult, answerMs: number): Complaint[] {
  const { callSid, outcome, leftoverCount, repeatedMs, repeatedCount, endMs } = call;
  const blow = call.blows[fatalBlow(call, answerMs)];
  const after = blow === undefined ? "" : `, ${inSeconds(endMs - blow.atMs)} after ${blow.kind}`;
  const texts = [
    ...(outcome === "went on" ? [] : [`${outcome}, ${inSeconds(endMs)} into it${after}`]),
    ...(leftoverCount === 0 ? [] : [`left ${leftoverCount} sockets and timers`]),
    ...(repeatedMs === 0 ? [] : [`heard ${repeatedMs} ms of sound twice`]),
    ...(repeatedCount === 0 ? [] : [`was told ${repeatedCount} things twice`]),
  ];
  const fromMs = blow?.atMs ?? endMs;
  return texts.map((text) => ({ text: `${callSid} ${text}`, call: { callSid, fromMs, toMs: endMs } }));
}

/** Where it was too long until the model was heard again. */
function ofGaps(call: CallResult, answerMs: number): Complaint[] {
  const { callSid, outcome } = call;
  if (outcome !== "went on") return [];
  const gapsMs = gapsOf(call, answerMs);
  return call.blows.flatMap(({ kind, atMs }, index) => {
    const [gapMs = 0, mostMs = Infinity] = [gapsMs[index], mostGapMs[kind]];
    if (gapMs <= mostMs) return [];
    const text = `${callSid} waited ${inSeconds(gapMs)} after ${kind}, ${inSeconds(atMs)} into it: more than ${inSeconds(mostMs)}`;
    return [{ text, call: { callSid, fromMs: atMs, toMs: atMs + gapMs + answerMs } }];
  });
}

/** How fast the memory grows once the runtime is warm, in MB a minute; undefined of a run that was too short. */
export function settledSlope(memory: readonly MemorySample[]): number | undefined {
  const settled = memory.filter(({ atMs }) => atMs >= warmUpMs);
  const watchedMs = (settled.at(-1)?.atMs ?? 0) - (settled[0]?.atMs ?? 0);
  return watchedMs < leastWatchedMs ? undefined : slopePerMinute(settled);
}

const inSeconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
