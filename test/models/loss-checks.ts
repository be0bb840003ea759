import { expect } from "vitest";
import { type Fault, type Scenario, callFunctions, say } from "../../sim/openai/scenario.ts";
import type { PhoneStep } from "../../sim/phone/step.ts";
import { type Check, agentTexts, expectFallback, expectGoodEnd, logged, play } from "./check.ts";

const question: PhoneStep = { step: "say", text: "Are you there?" };
const quiet: PhoneStep = { step: "wait-for-quiet", quietMs: 1_500 };
const talk: PhoneStep[] = [{ step: "pause", ms: 1_500 }, question, quiet, question, quiet, { step: "hang-up" }];
const long = "I can tell you all of that, but it takes a while, since there is a good deal to be told about it.";

/** The first session ends so; the second answers like this. */
const thenAnother =
  (first: Scenario, second: Scenario) =>
  (sessionIndex: number): Scenario =>
    sessionIndex === 0 ? first : second;

export const lossChecks: Check[] = [
  {
    feature: "when its socket closes, by whatever code, another session goes on, and nobody is greeted again",
    run: async (harness) => {
      const closings: Fault[] = [
        { type: "drop", atMs: 5_500 },
        { type: "expire", atMs: 5_500 },
        ...[1000, 1001, 1011, 4000].map((code): Fault => ({ type: "close", atMs: 5_500, code, reason: "" })),
      ];
      for (const fault of closings) {
        const second = { replies: [say("I am still here.")] };
        const scenario = thenAnother(
          { replies: [say("Hello!"), say("I am."), say("Never.")], faults: [fault] },
          second,
        );
        const call = await play(harness, { scenario, script: talk, greeting: "Hello!" });
        expectGoodEnd(call, "the call ended");
        expect(call.sessions).toHaveLength(2);
        expect(call.sent.filter((message) => message.includes("Greet the caller"))).toHaveLength(1);
        expect(agentTexts(call).at(-1)).toBe("I am still here.");
      }
    },
  },
  {
    feature: "lost in the middle of a sentence, it goes on from there, and knows what was said",
    run: async (harness) => {
      const faults: Fault[] = [{ type: "drop", atMs: 5_500 }];
      const first: Scenario = { replies: [say(long)], faults, pace: { speed: 1 } };
      const scenario = thenAnother(first, { replies: [say("That was it.")] });
      const call = await play(harness, { scenario, script: talk });
      const [, beginning = "", next] = call.conversation.transcript;
      expect(beginning).toMatchObject({ role: "agent" });
      expect(next).toMatchObject({ role: "agent" });
      expect(call.sent.filter((message) => message.includes("cut off"))).toHaveLength(1);
    },
  },
  {
    feature: "a tool that runs while it is lost runs once, and its answer is told to the next session",
    run: async (harness) => {
      const first = {
        replies: [callFunctions({ name: "look_up", arguments: {} })],
        faults: [{ type: "drop", atMs: 5_000 }] satisfies Fault[],
      };
      const scenario = thenAnother(first, { replies: [say("It is done.")] });
      const call = await play(harness, { scenario, script: talk, toolMs: () => 4_000 });
      expectGoodEnd(call, "the call ended");
      expect(logged(call, "tool.called")).toHaveLength(1);
      expect(logged(call, "tool.finished")).toHaveLength(1);
      expect(call.sent.filter((message) => /"output":"look_up"|gave: look_up/.test(message))).toHaveLength(1);
      expect(agentTexts(call)).toContain("It is done.");
    },
  },
  {
    feature: "before its session ends by itself another takes over, between two sentences, and nobody hears of it",
    run: async (harness) => {
      const first: Scenario = {
        replies: [say(`${long} ${long}`)],
        faults: [{ type: "expire", atMs: 24_000 }],
        pace: { speed: 1 },
      };
      const scenario = thenAnother(first, { replies: [say("I remember.")] });
      const script: PhoneStep[] = [{ step: "pause", ms: 9_000 }, question, quiet, { step: "pause", ms: 6_000 }];
      const call = await play(harness, { scenario, script: [...script, question, quiet, { step: "hang-up" }] });
      expectGoodEnd(call, "the call ended");
      expect(call.sessions).toHaveLength(2);
      expect(logged(call, "model.rolled-over")).toHaveLength(1);
      expect(logged(call, "model.lost")).toEqual([]);
      expect(call.stream.heard.clears).toEqual([]);
      const [, answer, , remembered] = call.conversation.transcript;
      expect(answer).toMatchObject({ role: "agent", status: "heard" });
      expect(remembered).toMatchObject({ role: "agent", text: "I remember." });
    },
  },
  {
    feature: "a silent line is no reason to believe it lost: asked for a word it says one, and nothing changes",
    run: async (harness) => {
      const script: PhoneStep[] = [{ step: "pause", ms: 20_000 }, question, quiet, { step: "hang-up" }];
      const bridge = { watch: { framesMs: 9_000, modelMs: 3_000 } };
      const call = await play(harness, { scenario: { replies: [say("I am.")] }, script, bridge });
      expectGoodEnd(call, "the call ended");
      expect(call.sessions).toHaveLength(1);
      expect(agentTexts(call)).toEqual(["I am."]);
    },
  },
  {
    feature: "where no session can be had any more, the caller is not left alone",
    run: async (harness) => {
      const scenario = thenAnother({ faults: [{ type: "drop", atMs: 2_000 }] }, { faults: [harness.refuse] });
      const call = await play(harness, { scenario, script: [{ step: "pause", ms: 60_000 }], resumesAfterMs: 1_500 });
      expectFallback(call);
    },
  },
];
