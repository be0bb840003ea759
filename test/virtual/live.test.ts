import { describe, expect, test } from "vitest";
import { callFunctions, type Reply, say, type Scenario } from "../../sim/openai/scenario.ts";
import type { PhoneStep } from "../../sim/phone/step.ts";
import { type VirtualCall, type VirtualCallOptions, virtualCallOn } from "../world/virtual-call.ts";
import { live } from "../world/virtual-models.ts";

type Call = VirtualCall<ReturnType<typeof live.open>>;

/** A call to its end, and the end of its session; nobody was told off. */
async function play(options: VirtualCallOptions): Promise<Call> {
  const call = await virtualCallOn(live, options);
  for (let ms = 0; ms < 120_000 && call.conversation.end === undefined; ms += 500) await call.run(500);
  await call.run(20_000);
  const facts = call.sessions.flatMap((session) => session.facts());
  expect(facts.filter(({ type }) => type === "objected" || type === "warning")).toEqual([]);
  expect(call.conversation.census()).toEqual({ streamCount: 0, modelLegCount: 0, timerCount: 0 });
  return call;
}

const ask: PhoneStep = { step: "say", text: "Please look it up." };
const hangUp: PhoneStep = { step: "hang-up" };
const quiet: PhoneStep = { step: "wait-for-quiet", quietMs: 1_500 };
const lookUp = { name: "look_up", arguments: {} };
const logged = (call: Call, kind: string) => call.log.flatMap(({ event, fields }) => (event === kind ? [fields] : []));
const sentOf = (call: Call, type: string) => call.sent.filter((message) => message.startsWith(`{"type":"${type}"`));
const agentTexts = (call: Call) =>
  call.conversation.transcript.flatMap(({ role, text }) => (role === "agent" ? [text] : []));

describe("L-start and L-close", () => {
  test("session.start comes first and alone, silence before the phone's first frame, then the greeting, once", async () => {
    const call = await play({ greeting: "Hello there.", script: [{ step: "pause", ms: 4_000 }, hangUp] });
    expect(JSON.parse(call.sent[0] ?? "")).toMatchObject({
      type: "session.start",
      session: { model: "gpt-live-1.1", audio: { format: { type: "audio/pcmu", rate: 8_000 } }, store: false },
    });
    expect(sentOf(call, "session.commentary.append")).toHaveLength(1);
    expect(JSON.parse(sentOf(call, "session.commentary.append")[0] ?? "")).toMatchObject({ delegation_id: null });
    expect(agentTexts(call)).toEqual(["Hello there."]);
  });

  test("the bill is the longest that was told, once, and confirmed by session.closed", async () => {
    const call = await play({ script: [{ step: "pause", ms: 45_000 }, hangUp] });
    expect(sentOf(call, "session.close")).toHaveLength(1);
    const [billed, ...more] = logged(call, "model.billed");
    expect(more).toEqual([]);
    expect(billed).toMatchObject({ isConfirmed: true });
    expect(Number(billed?.["seconds"])).toBeGreaterThan(45);
    expect(Number(billed?.["seconds"])).toBeLessThan(46);
    expect(Number(billed?.["costUsd"])).toBeCloseTo((Number(billed?.["seconds"]) / 60) * 0.05, 9);
  });

  test("the line dies first: the last that was told stands, unconfirmed", async () => {
    const scenario: Scenario = { faults: [{ type: "drop-on-close" }] };
    const call = await play({ scenario, script: [{ step: "pause", ms: 45_000 }, hangUp] });
    expect(logged(call, "model.billed")).toEqual([
      { seconds: 40, costUsd: expect.closeTo((40 / 60) * 0.05, 9), isConfirmed: false },
    ]);
  });

  test("nobody confirms the end: after 15 seconds the socket is closed all the same", async () => {
    const scenario: Scenario = { live: { closingMs: 600_000 } };
    const call = await play({ scenario, script: [{ step: "pause", ms: 22_000 }, hangUp] });
    expect(logged(call, "model.billed")).toMatchObject([{ seconds: 20, isConfirmed: false }]);
    const closed = call.log.find(({ event }) => event === "model.billed")?.atMs ?? 0;
    const ended = call.log.find(({ event }) => event === "call.ended")?.atMs ?? 0;
    expect(closed - ended).toBe(15_000);
  });

  test.each(["expired", "content", "connection_lost"] as const)(
    "the session ends by itself, %s: another goes on, and both are billed",
    async (reason) => {
      const faults: Scenario["faults"] = [{ type: "end-session", atMs: 3_000, reason }];
      const script: PhoneStep[] = [{ step: "pause", ms: 9_000 }, hangUp];
      const call = await play({ scenario: (index) => (index === 0 ? { faults } : {}), script });
      expect(call.conversation.end).toEqual({ verdict: "hang-up", reason: "the call ended" });
      expect(call.sessions).toHaveLength(2);
      // What is known to end is let go in good order, before it does.
      expect(sentOf(call, "session.close")).toHaveLength(reason === "expired" ? 2 : 1);
      const [billed] = logged(call, "model.billed");
      expect(billed).toMatchObject({ isConfirmed: true });
      expect(Number(billed?.["seconds"])).toBeGreaterThan(7);
    },
  );
});

describe("L-duplex", () => {
  test("an mm-hmm does not stop the agent, and is no wait of the caller's", async () => {
    const call = await play({
      scenario: {
        replies: [say("I go on about this for quite a while, as you can hear yourself.")],
        live: { reactions: [{ type: "talk-on" }] },
      },
      bridge: { turnSilenceMs: 500 },
      script: [
        { step: "say", text: "Tell me." },
        { step: "wait-for-agent", spokenMs: 1_000 },
        { step: "say", text: "mm-hmm" },
        quiet,
        hangUp,
      ],
    });
    expect(call.stream.heard.clears).toEqual([]);
    expect(agentTexts(call)).toEqual(["I go on about this for quite a while, as you can hear yourself."]);
    const [figures] = logged(call, "call.figures");
    expect(figures).toMatchObject({ measuredTurns: 1, bargeIns: 0 });
    expect(figures?.["earTimeMsP50"]).toBeGreaterThan(500);
  });

  test("moderation cuts the agent short, and the call goes on", async () => {
    const moderated: Reply = {
      items: [{ type: "speech", text: "This is something that may not be said at all." }],
      ending: { status: "incomplete", afterMs: 900, reason: "content_filter" },
    };
    const call = await play({
      scenario: { replies: [moderated, say("Let us talk of something else.")] },
      script: [ask, quiet, ask, quiet, hangUp],
    });
    expect(call.conversation.end?.verdict).toBe("hang-up");
    expect(agentTexts(call).at(-1)).toBe("Let us talk of something else.");
  });
});

describe("L-resp-deleg", () => {
  test("two calls of one response: both outputs, then one response.create; its text is not echoed", async () => {
    const call = await play({
      scenario: { replies: [callFunctions(lookUp, lookUp), say("Both are there.")] },
      toolMs: () => 300,
      script: [ask, quiet, hangUp],
    });
    const order = call.sent.flatMap((message) => /"(response\.[a-z.]+)"/.exec(message)?.[1] ?? []);
    expect(order).toEqual(["response.item.create", "response.item.create", "response.create"]);
    expect(sentOf(call, "session.commentary.append")).toEqual([]);
  });

  test("keys that are pressed while a tool runs wait for its answer, and are told with it", async () => {
    const call = await play({
      scenario: { replies: [callFunctions(lookUp), say("It is there."), say("And you pressed four.")] },
      toolMs: () => 4_000,
      script: [ask, { step: "pause", ms: 2_000 }, { step: "press", digits: "4" }, { step: "pause", ms: 8_000 }, hangUp],
    });
    expect(sentOf(call, "response.create")).toHaveLength(1);
    expect(agentTexts(call).join(" ")).toContain("It is there.");
  });

  test("the caller changes the subject while a tool runs: its answer comes, a hang-up of before does not", async () => {
    const call = await play({
      scenario: { replies: [callFunctions({ name: "hang_up", arguments: {} }), say("Oh, sorry.")] },
      toolMs: () => 3_000,
      script: [
        ask,
        { step: "pause", ms: 1_200 },
        { step: "say", text: "No, wait, one more thing." },
        { step: "pause", ms: 6_000 },
        hangUp,
      ],
    });
    expect(call.conversation.end).toEqual({ verdict: "hang-up", reason: "the call ended" });
    expect(sentOf(call, "response.create")).toHaveLength(1);
  });

  test("tokens of the backend are counted, once for each response", async () => {
    const call = await play({
      scenario: { replies: [callFunctions(lookUp), say("It is there.")] },
      script: [ask, quiet, hangUp],
    });
    const [figures] = logged(call, "call.figures");
    expect(figures?.["tokens"]).toMatchObject({ audioIn: 0, audioOut: 0 });
    expect(figures?.["costUsd"]).toBeUndefined();
  });
});
