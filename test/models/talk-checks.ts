import { expect } from "vitest";
import { callFunctions, say, type Turn } from "../../sim/openai/scenario.ts";
import type { PhoneStep } from "../../sim/phone/step.ts";
import { type Check, agentTexts, expectGoodEnd, logged, play } from "./check.ts";

const lookUp = { name: "look_up", arguments: {} };
const long = "It is open from nine in the morning to five in the afternoon, on every day but Sunday, all year.";
const hangUp = { name: "hang_up", arguments: {} };
const ask: PhoneStep[] = [{ step: "say", text: "Please look it up." }];
const listen: PhoneStep[] = [{ step: "wait-for-quiet", quietMs: 1_500 }, { step: "hang-up" }];
const quiet: PhoneStep[] = [{ step: "pause", ms: 60_000 }];
const wanted = ({ instructions }: Turn) => say(instructions === undefined ? "It is open." : "One moment.");
const count = (call: { sent: readonly string[] }, words: string): number =>
  call.sent.filter((message) => message.includes(words)).length;

export const talkChecks: Check[] = [
  {
    feature: "it speaks first, once",
    run: async (harness) => {
      const call = await play(harness, {
        greeting: "Good morning.",
        scenario: { replies: [say("Good morning.")] },
        script: [{ step: "pause", ms: 5_000 }, { step: "hang-up" }],
      });
      expect(count(call, "Good morning.")).toBe(1);
      expect(agentTexts(call)).toEqual(["Good morning."]);
    },
  },
  {
    feature: "it is made ready before the caller is there, and knows what was said",
    run: async (harness) => {
      const call = await play(harness, {
        preparedMs: 1_500,
        greeting: "Good morning.",
        scenario: { replies: [say("Good morning.")] },
        script: listen,
      });
      expect(count(call, "Connected.")).toBe(1);
      expect(agentTexts(call)).toEqual(["Connected.", "Good morning."]);
      expect(logged(call, "playback.heard")).toHaveLength(1);
    },
  },
  {
    feature: "tools run, each is answered, and it goes on once",
    run: async (harness) => {
      const call = await play(harness, {
        scenario: { replies: [callFunctions(lookUp, lookUp), say("Both are open.")] },
        toolMs: () => 700,
        script: [...ask, ...listen],
      });
      expect(logged(call, "tool.finished")).toHaveLength(2);
      expect(count(call, "function_call_output")).toBe(2);
      expect(count(call, '"response.create"')).toBe(1);
      expect(agentTexts(call).at(-1)).toMatch(/Both are open\.$/);
    },
  },
  {
    feature: "a word is said while a tool takes long",
    run: async (harness) => {
      const call = await play(harness, {
        // A filler is asked for in words; the answer to a tool is not.
        scenario: { replies: [callFunctions(lookUp), ...Array.from({ length: 2 }, () => wanted)] },
        bridge: { fillers: { look_up: "One moment." } },
        toolMs: () => 6_000,
        script: [...ask, { step: "pause", ms: 12_000 }, { step: "hang-up" }],
      });
      const finished = call.log.find(({ event }) => event === "tool.finished")?.atMs ?? 0;
      const [first] = call.stream.heard.messages;
      expect(first?.heardFromMs).toBeLessThan(finished);
      expect(agentTexts(call).join(" ")).toMatch(/One moment.* It is open\.$/);
    },
  },
  {
    feature: "it hangs up, after its goodbye was heard",
    run: async (harness) => {
      const call = await play(harness, {
        scenario: { replies: [callFunctions(hangUp), say("Goodbye, and thank you for calling.")] },
        script: [...ask, ...quiet],
      });
      expectGoodEnd(call, "the assistant hung up");
      expect(call.conversation.transcript.at(-1)).toMatchObject({ role: "agent", status: "heard" });
      expect(call.stream.heard.messages.every(({ fate }) => fate === "heard")).toBe(true);
    },
  },
  {
    feature: "a caller who speaks into the goodbye is answered",
    run: async (harness) => {
      const call = await play(harness, {
        scenario: {
          replies: [callFunctions(hangUp), say("Goodbye, and thank you so much for calling."), say("Of course.")],
        },
        script: [
          ...ask,
          { step: "wait-for-agent", spokenMs: 700 },
          { step: "say", text: "Wait, one more thing please." },
          ...listen,
        ],
      });
      expect(logged(call, "farewell.taken-back")).toHaveLength(1);
      expectGoodEnd(call, "the call ended");
      expect(agentTexts(call).at(-1)).toBe("Of course.");
    },
  },
  {
    feature: "keys that are pressed are answered",
    run: async (harness) => {
      const call = await play(harness, {
        scenario: { replies: [say("You pressed something.")] },
        script: [{ step: "pause", ms: 800 }, { step: "press", digits: "42#" }, ...listen],
      });
      expect(count(call, "I pressed these keys on my phone: 42#")).toBe(1);
      expect(agentTexts(call).at(-1)).toBe("You pressed something.");
    },
  },
  {
    feature: "keys that a tool asks for are nobody else's",
    run: async (harness) => {
      const call = await play(harness, {
        scenario: { replies: [callFunctions(lookUp), say("Thank you.")] },
        keys: { maxDigits: 4, endKey: undefined, firstKeyWithinMs: 8_000, nextKeyWithinMs: 4_000 },
        script: [...ask, { step: "pause", ms: 2_500 }, { step: "press", digits: "4711" }, ...listen],
      });
      expect(count(call, "4 keys")).toBe(1);
      expect(count(call, "4711")).toBe(0);
      expect(agentTexts(call).at(-1)).toMatch(/Thank you\.$/);
    },
  },
  {
    feature: "it asks into a silence, and then hangs up",
    run: async (harness) => {
      const call = await play(harness, {
        bridge: { silence: { promptAfterMs: 5_000, promptCount: 1 } },
        scenario: { replies: [say("Are you there?"), say("Goodbye then.")] },
        script: quiet,
      });
      expectGoodEnd(call, "the caller was silent");
      expect(logged(call, "silence").map(({ did }) => did)).toEqual(["prompted", "said-goodbye"]);
      expect(logged(call, "playback.heard")).toHaveLength(2);
    },
  },
  {
    feature: "it says goodbye when the time is up",
    run: async (harness) => {
      const call = await play(harness, {
        bridge: { maxDurationMs: 8_000 },
        scenario: { replies: [say("The time is up. Goodbye.")] },
        script: quiet,
      });
      expectGoodEnd(call, "the call ran out of time");
      expect(logged(call, "playback.heard")).toHaveLength(1);
    },
  },
  {
    feature: "it says goodbye when the call has cost what it may",
    run: async (harness) => {
      const call = await play(harness, {
        bridge: { spending: { maxUsd: 0.005, lineUsdPerMinute: 0 } },
        scenario: { replies: [say(long), say("I have to go. Goodbye.")] },
        script: [...ask, ...quiet],
      });
      expectGoodEnd(call, "the call has cost what it may");
      expect(agentTexts(call).join(" ")).toMatch(/Sunday.*goodbye\./i);
      expect(logged(call, "call.spent").at(-1)?.["usd"]).toBeGreaterThan(0.005);
    },
  },
  {
    feature: "the caller's wait is measured",
    run: async (harness) => {
      const call = await play(harness, {
        scenario: { replies: [say("It is open.")] },
        script: [...ask, ...listen],
        bridge: { turnSilenceMs: 500 },
      });
      const [figures] = logged(call, "call.figures");
      expect(figures?.["measuredTurns"]).toBe(1);
      expect(figures?.["earTimeMsP50"]).toBeGreaterThan(500);
      expect(figures?.["earTimeMsP50"]).toBeLessThan(1_500);
    },
  },
  {
    feature: "its cost is told",
    run: async (harness) => {
      const call = await play(harness, {
        scenario: { replies: [say("It is open."), say("Yes.")] },
        script: [...ask, { step: "pause", ms: 21_000 }, ...ask, ...listen],
      });
      const [figures] = logged(call, "call.figures");
      const bill = logged(call, "model.billed").at(-1);
      expect(figures).toBeDefined();
      expect(bill?.["costUsd"] ?? figures?.["costUsd"]).toBeGreaterThan(0);
    },
  },
];
