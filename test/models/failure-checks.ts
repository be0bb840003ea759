import { expect } from "vitest";
import { type Fault, say } from "../../sim/openai/scenario.ts";
import type { PhoneStep } from "../../sim/phone/step.ts";
import { type Check, agentTexts, expectFallback, expectGoodEnd, logged, play } from "./check.ts";

const wait: PhoneStep[] = [{ step: "pause", ms: 60_000 }];
const talk: PhoneStep[] = [
  { step: "pause", ms: 1_500 },
  { step: "say", text: "Are you there?" },
  { step: "wait-for-quiet", quietMs: 1_000 },
  { step: "hang-up" },
];
const hiccup = { type: "server_error", code: null, message: "A hiccup." };

export const failureChecks: Check[] = [
  {
    feature: "a session that is refused is given up at once",
    run: async (harness) => {
      const call = await play(harness, { scenario: { faults: [harness.refuse] }, script: wait });
      expectFallback(call);
      expect(call.log.find(({ event }) => event === "call.ended")?.atMs).toBeLessThan(4_500);
    },
  },
  {
    feature: "a session that never starts is given up in time",
    run: async (harness) => {
      const call = await play(harness, { scenario: { faults: [harness.hold("ever")] }, script: wait });
      expectFallback(call);
      expect(call.log.find(({ event }) => event === "call.ended")?.atMs).toBeLessThan(4_500);
    },
  },
  {
    feature: "an error in the middle of it ends nothing",
    run: async (harness) => {
      const faults: Fault[] = [{ type: "error", atMs: 1_000, error: hiccup }];
      const call = await play(harness, { scenario: { faults, replies: [say("I am.")] }, script: talk });
      expectGoodEnd(call, "the call ended");
      expect(agentTexts(call)).toEqual(["I am."]);
    },
  },
  {
    feature: "what it sends that nobody understands is counted, and passed over",
    run: async (harness) => {
      const texts = ["{", "[]", '{"no":"type"}', '{"type":"tomorrow.came"}', '{"type":"tomorrow.came"}'];
      const faults = texts.map((text, index): Fault => ({ type: "raw-message", atMs: 300 + index * 100, text }));
      const call = await play(harness, { scenario: { faults, replies: [say("I am.")] }, script: talk });
      expectGoodEnd(call, "the call ended");
      expect(agentTexts(call)).toEqual(["I am."]);
      expect(logged(call, "faults")).toEqual([{ "model not-json": 2, "model malformed": 1, "model unknown-event": 2 }]);
    },
  },
  {
    feature: "a caller who hangs up before it is ready leaves nothing behind",
    run: async (harness) => {
      const call = await play(harness, {
        scenario: { faults: [harness.hold(2_000)] },
        script: [{ step: "pause", ms: 700 }, { step: "hang-up" }],
      });
      expectGoodEnd(call, "the call ended");
      expect(call.sent.filter((message) => message.includes(harness.append))).toEqual([]);
    },
  },
];
