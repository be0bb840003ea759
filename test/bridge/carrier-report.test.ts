import { describe, expect, test } from "vitest";
import { Bridge } from "../../worker/bridge/bridge.ts";
import type { CarrierReport } from "../../worker/bridge/carrier-report.ts";
import type { Effect } from "../../worker/bridge/effects.ts";
import type { BridgeEvent } from "../../worker/bridge/events.ts";

const over: BridgeEvent = { type: "carrier.reported", report: { about: "call", status: "completed", durationS: 3 } };
const ringing: BridgeEvent = { type: "carrier.reported", report: { about: "call", status: "ringing" } };

/** What a call that has lived through some events does about one more. */
function after(events: BridgeEvent[], event: BridgeEvent): Effect[] {
  const bridge = new Bridge({});
  for (const [index, earlier] of events.entries()) bridge.handle(earlier, index);
  return bridge.handle(event, 1_000);
}

const orders = (effects: Effect[]): string[] => effects.map(({ type }) => type);
const entries = (effects: Effect[]): string[] =>
  effects.flatMap((effect) => (effect.type === "journal.append" ? [effect.entry.kind] : []));

const talking: BridgeEvent[] = [{ type: "stream.started" }, { type: "model.opened" }, { type: "model.ready" }];

describe("what the phone company reports", () => {
  test.each<[string, CarrierReport]>([
    ["that it rings", { about: "call", status: "ringing" }],
    ["that a person has answered", { about: "answerer", who: "person" }],
    ["that it is not known who has", { about: "answerer", who: "unknown" }],
    ["that the stream has failed", { about: "stream", streamSid: "MZ1", did: "fail", error: "31924" }],
    ["that there is a recording", { about: "recording", recordingSid: "RE1", status: "completed" }],
  ])("%s, is written down and changes nothing", (_, report) => {
    const event: BridgeEvent = { type: "carrier.reported", report };
    for (const life of [[], [{ type: "call.prepared" } as const], talking])
      expect(after(life, event)).toEqual([{ type: "journal.append", entry: { kind: "carrier.reported", ...report } }]);
  });

  test("that the call is over, ends both legs and every timer, and asks for nothing more", () => {
    const effects = after(talking, over);
    expect(orders(effects)).toEqual(expect.arrayContaining(["stream.close", "model.close", "tool.abort-all"]));
    expect(orders(effects)).not.toContain("timer.set");
    expect(entries(effects)).toEqual(expect.arrayContaining(["carrier.reported", "call.ended"]));
    expect(effects).toContainEqual({
      type: "stream.close",
      verdict: "hang-up",
      reason: "the call is over: completed",
    });
  });

  test("that the call is over, releases a model that waits for its stream", () => {
    const effects = after([{ type: "call.prepared" }, { type: "model.opened" }], over);
    expect(orders(effects)).toEqual(expect.arrayContaining(["model.close", "timer.clear"]));
    expect(entries(effects)).toEqual(["carrier.reported", "call.released"]);
  });

  test("after the end is written down, and no more", () => {
    const hungUp: BridgeEvent[] = [...talking, { type: "stream.stopped" }];
    for (const ended of [hungUp, [...talking, over]])
      for (const late of [over, ringing]) expect(orders(after(ended, late))).toEqual(["journal.append"]);
  });

  test("that the call is over after we have hung up, answers what should follow: nobody will ask any more", () => {
    const leaving: BridgeEvent[] = [
      { type: "timer.fired", timer: "max-duration" },
      { type: "timer.fired", timer: "goodbye" },
    ];
    expect(after([...talking, ...leaving], ringing).map(({ type }) => type)).toEqual(["journal.append"]);
    expect(after([...talking, ...leaving], over)).toContainEqual({ type: "timer.clear", timer: "verdict" });
  });
});
