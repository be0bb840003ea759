import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseObject } from "../../common/json.ts";
import { say } from "../../sim/openai/scenario.ts";
import { type World, startWorld } from "../world/world.ts";

const key = "the-key-of-the-spending-stories";
const answer = "I could go on about this for a while, if you like.";
const goodbye = "I have to end this call now. Goodbye.";

let world: World;
beforeAll(async () => {
  world = await startWorld({
    texts: {
      SAY_GREETING: "off",
      OUTBOUND_KEY: key,
      // A minute of the stream costs 0.0044 dollars, and three seconds of the model's voice about as much.
      INBOUND_USD_PER_MINUTE: "0",
      MAX_USD_PER_CALL: "0.006",
      MAX_USD_PER_DAY: "0.007",
    },
    model: { scenario: { replies: [say(answer), say(goodbye)] } },
  });
});
afterAll(() => world.close());

describe("what calls may cost, through the real Functions and the real Worker", () => {
  test("a call that reaches its ceiling says goodbye by voice, which is heard to its end", async () => {
    const call = await world.callIn([
      { step: "pause", ms: 300 },
      { step: "say", text: "Tell me something." },
      { step: "pause", ms: 60_000 },
      { step: "hang-up" },
    ]);
    const facts = call.session?.realtime.facts() ?? [];
    expect(facts.flatMap((fact) => (fact.type === "response-started" ? [fact.text] : []))).toEqual([answer, goodbye]);
    const spoken = call.session?.realtime.spoken() ?? [];
    expect(call.streams[0]?.heard.bytes).toBe(spoken.reduce((sum, { audio }) => sum + audio.length, 0));
    expect(call.facts.status).toBe("completed");
    expect(call.logLines.find(({ event }) => event === "call.ended")).toMatchObject({
      verdict: "hang-up",
      reason: "the call has cost what it may",
    });
    expect(call.logLines.find(({ event }) => event === "call.spent")?.["usd"]).toBeGreaterThan(0.007);
  });

  test("the next caller is busy, unanswered, and no model is dialled: the day has cost what it may", async () => {
    const sessionCount = world.openai?.sessions.length;
    const call = await world.callIn([{ step: "wait-for-quiet" }, { step: "hang-up" }]);
    expect(call.facts.status).toBe("busy");
    expect(call.log.flatMap((entry) => (entry.kind === "verb" ? [entry.verb] : []))).toEqual(["Reject"]);
    expect(world.openai?.sessions.length).toBe(sessionCount);
    expect(call.logLines).toContainEqual(expect.objectContaining({ event: "caller.busy", because: "spend-per-day" }));
  });

  test("and nobody is called", async () => {
    const callCount = world.twilio.calls().length;
    const response = await fetch(`${world.functionsUrl}/outbound`, {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: JSON.stringify({ to: "+15552000001" }),
    });
    expect(response.status).toBe(429);
    expect(parseObject(await response.text())).toEqual({
      code: "spend-limit",
      message: "The calls of the last 24 hours have cost the 0.007 dollars that they may.",
      fix: "Call later, or raise MAX_USD_PER_DAY.",
    });
    expect(world.twilio.calls().length).toBe(callCount);
  });
});
