import { describe, expect, test } from "vitest";
import { Bridge } from "../../worker/bridge/bridge.ts";
import type { Effect } from "../../worker/bridge/effects.ts";
import type { BridgeEvent } from "../../worker/bridge/events.ts";
import type { TimerName } from "../../worker/bridge/timers.ts";
import { fuzzModel } from "./fuzz-model.ts";
import { fuzzPhone } from "./fuzz-phone.ts";
import { random } from "./random.ts";

const stepMs = 20;
/** A frame at the beginning, one at the clear, and one for the steps in which echoes reach the bridge here. */
const boundMs = 3 * stepMs;

type Report = { eventCount: number; cutCount: number; worstErrorMs: number };

/** One call of random length with random events, held against what must always be true. Throws where it is not. */
function fuzzCall(seed: number): Report {
  const dice = random(seed);
  const phone = fuzzPhone(dice.pick([0, 0, 25, 60, 120]), dice);
  const model = fuzzModel(dice);
  const bridge = new Bridge({ greeting: dice.chance(0.5) ? "Hello." : undefined });
  const timers = new Map<TimerName, number>();
  const toldMs = new Map<string, number>();
  const openBeliefs: { itemId: string; dueMs: number }[] = [];
  const report: Report = { eventCount: 0, cutCount: 0, worstErrorMs: 0 };
  let nowMs = 0;
  let framesIn = 0;
  let framesOut = 0;
  let playedSinceClear = true;
  /** When the model that is being dialled is ready; undefined once it is. */
  let readyAtMs: number | undefined = dice.between(0, 3_500);
  let announcedId: string | undefined;
  let isRenewed = false;

  const fail = (what: string): never => {
    throw new Error(`seed ${seed}, at ${nowMs} ms: ${what}`);
  };

  function happens(event: BridgeEvent): void {
    report.eventCount += 1;
    if (event.type === "model.response-started") announcedId = event.responseId;
    if (event.type === "model.response-ended") announcedId = undefined;
    if (event.type === "model.audio" && model.cancelledIds.has(event.responseId))
      openBeliefs.push({ itemId: event.itemId, dueMs: nowMs + phone.settleMs });
    const wasOver = bridge.end !== undefined;
    const effects = bridge.handle(event, nowMs);
    // What the phone company still reports is written down; there is nothing else to do.
    const idle = event.type === "carrier.reported" ? "journal.append" : "model.close";
    if (wasOver && effects.some((effect) => effect.type !== idle)) fail(`an order after the end: ${event.type}`);
    for (const effect of effects) perform(effect);
  }

  function perform(effect: Effect): void {
    check(effect);
    phone.order(effect, nowMs);
    if (effect.type === "timer.set") timers.set(effect.timer, nowMs + effect.afterMs);
    if (effect.type === "timer.clear") timers.delete(effect.timer);
    for (const answer of model.order(effect)) happens(answer);
  }

  function check(effect: Effect): void {
    switch (effect.type) {
      case "model.append-audio":
        takeFrame(Number(effect.payload.slice(1)));
        break;
      case "model.close":
        // What a session believes is of no interest when it is gone, and nothing of it is running.
        openBeliefs.length = 0;
        announcedId = undefined;
        break;
      case "model.open":
        readyAtMs ??= nowMs + dice.between(0, 1_000);
        isRenewed = true;
        break;
      case "caller.play": {
        const [itemId = ""] = effect.payload.split("/");
        if (model.cancelledIds.has(`r${itemId.slice(1).split(".")[0]}`)) fail(`audio of a cut response: ${itemId}`);
        playedSinceClear = true;
        break;
      }
      case "caller.clear":
        if (!playedSinceClear) fail("two clears without audio between them");
        playedSinceClear = false;
        break;
      case "model.create-response":
        if (announcedId !== undefined) fail(`a second response asked for while ${announcedId} runs`);
        break;
      case "model.truncate":
        if (effect.audioEndMs > model.sentMs(effect.itemId)) fail(`truncated beyond what was sent: ${effect.itemId}`);
        if (toldMs.has(effect.itemId)) fail(`truncated twice: ${effect.itemId}`);
        toldMs.set(effect.itemId, effect.audioEndMs);
        openBeliefs.push({ itemId: effect.itemId, dueMs: nowMs + phone.settleMs });
        report.cutCount += 1;
        break;
      default:
    }
  }

  /** Every frame once, in order; a session that takes over may hear the caller's last turn anew. */
  function takeFrame(frame: number): void {
    if (isRenewed && frame < framesOut) framesOut = frame;
    isRenewed = false;
    if (frame !== framesOut) fail(`frame ${frame} in place of ${framesOut}`);
    framesOut += 1;
  }

  /** What the model believes that it said is what was heard, wherever a response was cut. */
  function judgeBeliefs(): void {
    for (let belief = openBeliefs[0]; belief !== undefined && belief.dueMs <= nowMs; belief = openBeliefs[0]) {
      openBeliefs.shift();
      const { itemId } = belief;
      const believedMs = toldMs.get(itemId) ?? model.sentMs(itemId);
      const errorMs = Math.abs(believedMs - phone.heardMs(itemId));
      if (errorMs > boundMs) fail(`${itemId} believed ${believedMs} ms, heard ${phone.heardMs(itemId)}`);
      report.worstErrorMs = Math.max(report.worstErrorMs, errorMs);
    }
  }

  happens({ type: "stream.started" });
  const lengthMs = dice.between(2_000, 60_000);
  while (nowMs < lengthMs && bridge.end === undefined) {
    nowMs += stepMs;
    for (const [timer, atMs] of timers)
      if (atMs <= nowMs) {
        timers.delete(timer);
        happens({ type: "timer.fired", timer });
      }
    for (const name of phone.advance(nowMs)) happens({ type: "playback.marked", name });
    if (!dice.chance(0.001))
      happens({ type: "caller.audio", payload: `f${framesIn++}`, durationMs: 20, timestampMs: nowMs, levelDb: -60 });
    if (readyAtMs !== undefined && nowMs >= readyAtMs) {
      readyAtMs = undefined;
      happens({ type: "model.opened" });
      happens({ type: "model.ready" });
    }
    if (readyAtMs === undefined) for (const event of model.step()) happens(event);
    judgeBeliefs();
  }
  const endings: [BridgeEvent, ...BridgeEvent[]] = [
    { type: "stream.stopped" },
    { type: "shell.failed" },
    { type: "carrier.reported", report: { about: "call", status: "completed" } },
  ];
  if (dice.chance(0.25)) happens({ type: "model.closed", code: 1006, reason: "" });
  happens(dice.pick(endings));
  happens({ type: "model.ready" });
  if (readyAtMs === undefined && framesOut !== framesIn)
    fail(`${framesIn} frames came, ${framesOut} reached the model`);
  if (timers.size > 0) fail(`timers left: ${[...timers.keys()].join()}`);
  return report;
}

describe("a million random events", () => {
  test("no cut is beyond what was sent or heard, nothing of a cut response is played, nothing is lost or left", () => {
    const total: Report = { eventCount: 0, cutCount: 0, worstErrorMs: 0 };
    for (let seed = 1; total.eventCount < 1_000_000; seed += 1) {
      const report = fuzzCall(seed);
      total.eventCount += report.eventCount;
      total.cutCount += report.cutCount;
      total.worstErrorMs = Math.max(total.worstErrorMs, report.worstErrorMs);
    }
    console.log(
      `${total.eventCount} events, ${total.cutCount} cuts, worst truncation error ${total.worstErrorMs.toFixed(1)} ms`,
    );
    expect(total.cutCount).toBeGreaterThan(1_000);
  });
});
