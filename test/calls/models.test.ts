import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { callFunctions, type Scenario, say } from "../../sim/openai/scenario.ts";
import type { PhoneStep } from "../../sim/phone/step.ts";
import { type World, startWorld } from "../world/world.ts";

let scenario: (connectionIndex: number) => Scenario = () => ({});
let firstConnection = 0;
let world: World;
beforeAll(async () => {
  world = await startWorld({
    texts: { MODELS: "gpt-live-1.1,gpt-realtime-2.1", MODEL_GREETING: "Good morning.", SAY_GREETING: "off" },
    model: { scenario: (index) => scenario(index - firstConnection) },
  });
});
afterAll(() => world.close());

const ask: PhoneStep[] = [
  { step: "wait-for-quiet" },
  { step: "say", text: "Good morning, please hang up." },
  { step: "pause", ms: 20_000 },
];
const goodbye = [callFunctions({ name: "hang_up", arguments: {} }), say("Goodbye.")];
const agentSaid = (transcript: readonly { role: string; text: string }[]): string[] =>
  transcript.flatMap(({ role, text }) => (role === "agent" ? [text] : []));

describe("MODELS names GPT-Live, and Realtime after it", () => {
  test("GPT-Live serves the call: its greeting, its tool, its goodbye, and the session's end in good order", async () => {
    firstConnection = world.openai?.connectionCount() ?? 0;
    scenario = () => ({ replies: goodbye });
    const call = await world.callIn(ask);
    expect(call.session).toBeUndefined();
    const live = world.openai?.liveSessions.at(-1)?.live;
    expect(live?.facts().filter(({ type }) => type === "objected" || type === "warning")).toEqual([]);
    expect(live?.received()).toMatchObject({ "session.start": 1, "session.close": 1, "response.create": 1 });
    expect(agentSaid(await world.worker.transcript(call.callSid))).toEqual([
      "Good morning.",
      expect.stringMatching(/Goodbye\.$/),
    ]);
    const ended = call.logLines.find(({ event }) => event === "call.ended");
    expect(ended).toMatchObject({ verdict: "hang-up", reason: "the assistant hung up" });
    const billed = call.logLines.find(({ event }) => event === "model.billed");
    expect(billed).toMatchObject({ isConfirmed: true });
    const { seconds, costUsd } = billed ?? {};
    expect(costUsd).toBeCloseTo((Number(seconds) / 60) * 0.05, 6);
  });

  test("it refuses its session: Realtime serves the call, and the next one at once", async () => {
    firstConnection = world.openai?.connectionCount() ?? 0;
    const forbidden = { type: "invalid_request_error", code: "forbidden", message: "Not for you." };
    const refused: Scenario = { faults: [{ type: "refuse-start", error: forbidden }] };
    const greeted: Scenario = { replies: [say("Good morning."), ...goodbye] };
    scenario = (index) => (index === 0 ? refused : greeted);
    const first = await world.callIn(ask);
    expect(first.session?.model).toBe("gpt-realtime-2.1");
    expect(first.logLines.find(({ event }) => event === "model.passed-over")).toMatchObject({
      model: "gpt-live-1.1",
      reason: "forbidden: Not for you.",
    });
    const second = await world.callIn(ask);
    expect(world.openai?.connectionCount()).toBe(firstConnection + 3);
    for (const call of [first, second]) {
      expect(agentSaid(await world.worker.transcript(call.callSid))).toEqual(["Good morning.", "Goodbye."]);
      expect(call.logLines).toContainEqual(expect.objectContaining({ event: "call.ended", verdict: "hang-up" }));
    }
  });
});
