import { Bridge } from "../../worker/bridge/bridge.ts";
import type { Effect } from "../../worker/bridge/effects.ts";
import type { CallMemory } from "../../worker/bridge/memory.ts";
import type { BridgeOptions } from "../../worker/bridge/options.ts";
import type { BridgeEvent } from "../../worker/bridge/events.ts";

/** A bridge with a clock of its own: events go in, orders are collected. */
export type Line = {
  /** Lets time pass, firing the timers that fall due; gives what was ordered. */
  wait(durationMs: number): Effect[];
  /** An event happens now; gives what was ordered. */
  happens(event: BridgeEvent): Effect[];
  /** Everything ordered so far. */
  readonly orders: Effect[];
  readonly nowMs: number;
  readonly armedTimers: string[];
  readonly bridge: Bridge;
};

/** `memory`: another object has begun the call. */
export function line(
  options: BridgeOptions = {},
  { isNear = true, memory, startMs = 0 }: { isNear?: boolean; memory?: CallMemory; startMs?: number } = {},
): Line {
  const bridge = new Bridge(options, memory);
  const orders: Effect[] = [];
  const timers = new Map<string, { timer: (BridgeEvent & { type: "timer.fired" })["timer"]; atMs: number }>();
  let nowMs = startMs;

  function happens(event: BridgeEvent): Effect[] {
    const effects = bridge.handle(event, nowMs);
    for (const effect of effects) {
      if (effect.type === "timer.set") timers.set(effect.timer, { timer: effect.timer, atMs: nowMs + effect.afterMs });
      if (effect.type === "timer.clear") timers.delete(effect.timer);
    }
    orders.push(...effects);
    if (!isNear) return effects;
    return [...effects, ...clearsMark(effects).flatMap((name) => happens({ type: "playback.marked", name }))];
  }

  function nextDue(endMs: number) {
    return [...timers.values()].toSorted((a, b) => a.atMs - b.atMs).find(({ atMs }) => atMs <= endMs);
  }

  return {
    wait(durationMs) {
      const endMs = nowMs + durationMs;
      const from = orders.length;
      for (let due = nextDue(endMs); due; due = nextDue(endMs)) {
        nowMs = due.atMs;
        timers.delete(due.timer);
        happens({ type: "timer.fired", timer: due.timer });
      }
      nowMs = endMs;
      return orders.slice(from);
    },
    happens,
    orders,
    get nowMs() {
      return nowMs;
    },
    get armedTimers() {
      return [...timers.keys()];
    },
    bridge,
  };
}

/** The phone is so near that a clear is felt at once: it echoes the mark that goes before it. */
const clearsMark = (effects: Effect[]): string[] =>
  effects.flatMap((effect, index) =>
    effect.type === "caller.mark" && effects[index + 1]?.type === "caller.clear" ? [effect.name] : [],
  );

/** A line on which the model is ready to talk; its phone is so near that a mark comes back at once. */
export const talkingLine = (options: BridgeOptions = {}): Line => talking(line(options));

/** The same, but from now on its phone echoes only what it is told to. */
export const farLine = (options: BridgeOptions = {}): Line => talking(line(options, { isNear: false }));

function talking(call: Line): Line {
  call.happens({ type: "stream.started" });
  echoMarks(call);
  call.happens({ type: "model.opened" });
  call.happens({ type: "model.ready" });
  return call;
}

/** The phone echoes every mark that was ordered and not yet echoed. */
export function echoMarks(call: Line): void {
  for (const name of marksOf(call.orders)) call.happens({ type: "playback.marked", name });
}

export const marksOf = (effects: Effect[]): string[] =>
  effects.flatMap((effect) => (effect.type === "caller.mark" ? [effect.name] : []));

/** The orders of one kind. */
export const only = <T extends Effect["type"]>(effects: Effect[], type: T): Extract<Effect, { type: T }>[] =>
  effects.filter((effect): effect is Extract<Effect, { type: T }> => effect.type === type);

export const kinds = (effects: Effect[]): string[] => effects.map((effect) => effect.type);

export const frame = (payload: string, levelDb = -60): BridgeEvent => ({
  type: "caller.audio",
  payload,
  durationMs: 20,
  timestampMs: Number.NaN,
  levelDb,
});

export const audio = (itemId: string, durationMs: number, responseId = "r1"): BridgeEvent => ({
  type: "model.audio",
  responseId,
  itemId,
  payload: `${itemId}/${durationMs}`,
  durationMs,
  levelsDb: Array.from({ length: Math.ceil(durationMs / 20) }, () => -20),
});

export const responseStarted = (responseId = "r1"): BridgeEvent => ({ type: "model.response-started", responseId });
export const responseEnded = (responseId = "r1"): BridgeEvent => ({
  type: "model.response-ended",
  responseId,
  outcome: "completed",
});
export const audioEnded = (itemId: string, responseId = "r1"): BridgeEvent => ({
  type: "model.audio-ended",
  responseId,
  itemId,
});
export const speechStarted: BridgeEvent = { type: "model.speech-started", itemId: "c1" };
export const speechStopped: BridgeEvent = { type: "model.speech-stopped" };

type ToolFinished = BridgeEvent & { type: "tool.finished" };

/** The model calls a tool. */
export const toolCalled = (toolCallId = "t1", name = "x", responseId = "r1"): BridgeEvent => ({
  type: "model.tool-called",
  responseId,
  toolCallId,
  name,
  arguments: "{}",
});

/** The tool has come to this end. */
export const toolFinished = (next: ToolFinished["next"], toolCallId = "t1", output = "done"): ToolFinished => ({
  type: "tool.finished",
  toolCallId,
  output,
  next,
});
