import { expect } from "vitest";
import { callFunctions, say } from "../../sim/openai/scenario.ts";
import type { PhoneStep } from "../../sim/phone/step.ts";
import { type Call, type Check, agentTexts, expectGoodEnd, logged, play } from "./check.ts";

const ask: PhoneStep[] = [{ step: "say", text: "Please put me through." }];
const wait: PhoneStep[] = [{ step: "pause", ms: 60_000 }];
const transfer = { name: "transfer", arguments: {} };
const sendDigits = { name: "send_digits", arguments: {} };
const closedFor = (call: Call): unknown => logged(call, "caller.away").at(-1)?.["verdict"];

export const awayChecks: Check[] = [
  {
    feature: "it hands the call to a person, after its last word was heard",
    run: async (harness) => {
      let follow: unknown;
      const call = await play(
        harness,
        {
          scenario: { replies: [callFunctions(transfer), say("I am putting you through to Anna.")] },
          script: [...ask, ...wait],
        },
        {
          atMs: 15_000,
          happens: ({ conversation }) => {
            follow = conversation.follow;
            conversation.verdictAsked();
            conversation.transferEnded("taken");
          },
        },
      );
      expect(follow).toMatchObject({ verdict: "transfer", transfer: { name: "Anna" } });
      expect(call.stream.heard.messages.length).toBeGreaterThan(0);
      expect(call.stream.heard.messages.every(({ fate }) => fate === "heard")).toBe(true);
      expect(call.conversation.end).toMatchObject({ verdict: "hang-up", say: "" });
    },
  },
  {
    feature: "nobody takes the call: the caller is back, and it knows",
    run: async (harness) => {
      const call = await play(harness, {
        resumesAfterMs: 4_000,
        scenario: { replies: [callFunctions(transfer), say("I am putting you through to Anna."), say("She is busy.")] },
        script: [...ask, { step: "pause", ms: 25_000 }, { step: "hang-up" }],
      });
      expect(logged(call, "caller.away").map(({ verdict }) => verdict)).toEqual(["transfer"]);
      expect(call.sent.filter((message) => message.includes("could not take the call"))).toHaveLength(1);
      expect(agentTexts(call)).toHaveLength(2);
      expect(call.stream.heard.messages.length).toBeGreaterThan(0);
      expectGoodEnd(call, "the call ended");
    },
  },
  {
    feature: "it presses keys at the far end, once, and goes on listening",
    run: async (harness) => {
      const call = await play(harness, {
        resumesAfterMs: 2_000,
        scenario: { replies: [callFunctions(sendDigits), say("It is open.")] },
        script: [
          ...ask,
          { step: "pause", ms: 8_000 },
          ...ask,
          { step: "wait-for-quiet", quietMs: 1_500 },
          { step: "hang-up" },
        ],
      });
      expect(logged(call, "caller.away").map(({ verdict }) => verdict)).toEqual(["send-digits"]);
      expect(call.sent.filter((message) => message.includes("The keys 12# were pressed"))).toHaveLength(1);
      expect(agentTexts(call).at(-1)).toBe("It is open.");
      expectGoodEnd(call, "the call ended");
    },
  },
  {
    feature: "a caller whose stream is lost goes on with the same conversation on the next",
    run: async (harness) => {
      const call = await play(harness, {
        dropAtMs: 4_000,
        resumesAfterMs: 1_000,
        scenario: { replies: [say("We are open from nine to five, and on Saturday."), say("As I was saying.")] },
        script: [{ step: "say", text: "When are you open?" }, { step: "pause", ms: 12_000 }, { step: "hang-up" }],
      });
      expect(closedFor(call)).toBe("resume");
      expect(logged(call, "caller.back")).toHaveLength(1);
      expect(logged(call, "call.started")).toHaveLength(1);
      // In which words it goes on is the model's own; the stand-in of GPT-Live reads out what it is told to say.
      expect(agentTexts(call)).toHaveLength(2);
      expect(call.stream.heard.messages.length).toBeGreaterThan(0);
      expect(call.stream.heard.messages.every(({ fate }) => fate === "heard")).toBe(true);
      expectGoodEnd(call, "the call ended");
    },
  },
  {
    feature: "a message is left on an answering machine, and then it hangs up",
    run: async (harness) => {
      const text = "Please call us back at noon.";
      const call = await play(
        harness,
        {
          bridge: { machine: { do: "leave-message", text, by: "model" } },
          scenario: { replies: [say(text)] },
          script: wait,
        },
        {
          atMs: 2_000,
          happens: ({ conversation }) =>
            conversation.carrierReported({ about: "answerer", who: "machine", messageEnd: "beep" }),
        },
      );
      expect(agentTexts(call)).toEqual([text]);
      expect(call.stream.heard.messages.every(({ fate }) => fate === "heard")).toBe(true);
      expect(call.conversation.end).toMatchObject({ verdict: "hang-up", say: "", reason: "a message was left" });
    },
  },
];
