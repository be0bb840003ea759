import { describe, expect, test } from "vitest";
import { type Reply, type Scenario, callFunctions, say } from "../../sim/openai/scenario.ts";
import type { PhoneStep } from "../../sim/phone/step.ts";
import { type VirtualCall, type VirtualCallOptions, virtualCall } from "../world/virtual-call.ts";

/** What a bridge must do at each of the Realtime API's golden traces (openai.md 11), against the stand-in. */

const sixSeconds = "I could go on about this for a very long time, because nobody has ever told me when to stop.";

const asks: PhoneStep[] = [
  { step: "pause", ms: 300 },
  { step: "say", text: "Tell me something." },
];
const over: PhoneStep[] = [{ step: "wait-for-quiet", quietMs: 1_500 }, { step: "hang-up" }];

/** A whole call, played to its end. */
async function played(scenario: Scenario, script: PhoneStep[], options: Partial<VirtualCallOptions> = {}) {
  const call = await virtualCall({ scenario, script, ...options });
  for (let ms = 0; ms < 60_000 && call.conversation.end === undefined; ms += 500) await call.run(500);
  await call.run(500);
  return call;
}

const objections = (call: VirtualCall) => call.session.facts().filter(({ type }) => type === "objected");
const truncations = (call: VirtualCall) =>
  call.session.facts().flatMap((fact) => (fact.type === "truncated" ? [fact.audioEndMs] : []));
const ended = (call: VirtualCall) =>
  call.session.facts().flatMap((fact) => (fact.type === "response-ended" ? [fact.status] : []));
const askedFor = (call: VirtualCall, type: string): number => call.session.received()[type] ?? 0;

describe("golden traces of the Realtime API, as the bridge lives through them", () => {
  test("R-greet: the greeting is asked for once, after the session is configured, and is heard whole", async () => {
    const call = await played({ replies: [say("Good morning.")] }, over, { greeting: "Good morning." });
    expect(askedFor(call, "session.update")).toBe(1);
    expect(askedFor(call, "response.create")).toBe(1);
    expect(call.stream.heard.bytes).toBe(call.session.spoken()[0]?.audio.length);
    expect(call.session.facts().filter(({ type }) => type === "warning")).toEqual([]);
  });

  test.each([
    ["before", { type: "completed", text: "tell me", delayMs: 50 }, "heard"],
    ["after", { type: "completed", text: "tell me", delayMs: 1_200 }, "heard"],
    ["never", { type: "never" }, "pending"],
  ] as const)(
    "R-turn: the caller's words come %s the answer's end: they stand before it all the same",
    async (...row) => {
      const [, transcription, status] = row;
      const call = await played({ replies: [say("Yes.")], transcriptions: [transcription] }, [...asks, ...over], {
        model: { transcription: { model: "gpt-transcribe", languages: [], keywords: [] } },
      });
      expect(call.conversation.transcript.map((entry) => [entry.role, entry.status])).toEqual([
        ["caller", status],
        ["agent", "heard"],
      ]);
    },
  );

  test("R-barge-generating: the phone is cleared, the item cut at what was sent or less, late deltas are dropped", async () => {
    const call = await played({ replies: [say(sixSeconds), say("Yes?")], pace: { speed: 1.2, lateDeltaCount: 2 } }, [
      ...asks,
      { step: "wait-for-agent", spokenMs: 1_000 },
      { step: "say", text: "Stop, please." },
      ...over,
    ]);
    expect(ended(call)).toEqual(["cancelled", "completed"]);
    expect(call.stream.heard.clears).toHaveLength(1);
    expect(truncations(call)).toHaveLength(1);
    expect(askedFor(call, "response.cancel")).toBe(0);
    expect(objections(call)).toEqual([]);
  });

  test("R-barge-after-done: six seconds are still queued: clear and truncate at what was heard, and nothing is cancelled", async () => {
    const call = await played({ replies: [say(sixSeconds), say("Yes?")], pace: { speed: 50 } }, [
      ...asks,
      { step: "wait-for-agent", spokenMs: 1_000 },
      { step: "say", text: "Stop, please." },
      ...over,
    ]);
    expect(ended(call)).toEqual(["completed", "completed"]);
    const [clear] = call.stream.heard.clears;
    expect(Math.abs((truncations(call)[0] ?? 0) - (clear?.heardMs ?? 0))).toBeLessThanOrEqual(20);
    expect(askedFor(call, "response.cancel")).toBe(0);
    expect(objections(call)).toEqual([]);
  });

  test("R-two-items: interrupted in the first, that is cut where it was heard, and the second at nothing", async () => {
    const call = await played({ replies: [say(sixSeconds, "And there is more."), say("Yes?")], pace: { speed: 50 } }, [
      ...asks,
      { step: "wait-for-agent", spokenMs: 1_000 },
      { step: "say", text: "Stop, please." },
      ...over,
    ]);
    const [first = 0, second] = truncations(call);
    expect(first).toBeGreaterThan(900);
    expect(second).toBe(0);
    expect(truncations(call)).toHaveLength(2);
  });

  test("R-tool: two calls in one response get two outputs, and exactly one continuation, after its end", async () => {
    const twice: Reply = callFunctions({ name: "a", arguments: {} }, { name: "b", arguments: {} });
    const delays = [200, 900];
    const call = await played({ replies: [twice, say("Both are done.")] }, [...asks, ...over], {
      toolMs: () => delays.shift() ?? 0,
    });
    const items = call.session.items();
    expect(items.filter(({ type }) => type === "function_call_output")).toHaveLength(2);
    expect(askedFor(call, "response.create")).toBe(1);
    expect(ended(call)).toEqual(["completed", "completed"]);
    expect(objections(call)).toEqual([]);
  });

  test("R-race: our request meets the server's own response on the way: it is asked for once more, after that one's end", async () => {
    // The model is far away: a key is given to it before it is known that it has heard the caller, and answers.
    const script: PhoneStep[] = [
      { step: "pause", ms: 2_000 },
      { step: "say", text: "Hm" },
      { step: "pause", ms: 600 },
      { step: "press", digits: "#" },
      ...over,
    ];
    const call = await played({ replies: [say(sixSeconds), say("Two.")] }, script, { modelDelayMs: 400 });
    expect(objections(call).map((fact) => "code" in fact && fact.code)).toEqual([
      "conversation_already_has_active_response",
    ]);
    expect(ended(call)).toEqual(["completed", "completed"]);
  });

  test("R-expire: a session that ends at 60 minutes is followed by another before it does, and nothing is left", async () => {
    const call = await played({ replies: [say("Yes.")], faults: [{ type: "expire", atMs: 8_000 }] }, [
      ...asks,
      { step: "pause", ms: 20_000 },
      { step: "hang-up" },
    ]);
    expect(call.conversation.end?.verdict).toBe("hang-up");
    expect(call.sessions.length).toBeGreaterThan(2);
    expect(call.log.filter(({ event }) => event === "model.lost")).toEqual([]);
    expect(call.conversation.census()).toEqual({ streamCount: 0, modelLegCount: 0, timerCount: 0 });
  });
});
