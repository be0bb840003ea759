import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { say } from "../../sim/openai/scenario.ts";
import { auditPlayback } from "../../sim/audit.ts";
import { type World, startWorld } from "../world/world.ts";

const long = "I could go on about this for a very long time, because nobody ever told me when to stop talking.";

let world: World;
beforeAll(async () => {
  world = await startWorld({ model: { scenario: { replies: [say(long), say("All right then.")] } } });
});
afterAll(() => world.close());

describe("a call through the real Functions and the real Worker", () => {
  test("greeting, question, answer, interruption, hang-up: and the model keeps what the caller heard", async () => {
    const call = await world.callIn([
      { step: "wait-for-quiet" },
      { step: "say", text: "Tell me something." },
      { step: "wait-for-agent", spokenMs: 1500 },
      { step: "say", text: "Stop please, that is enough." },
      { step: "wait-for-quiet" },
      { step: "hang-up" },
    ]);
    expect(call.log.filter(({ kind }) => kind === "warning" || kind === "error")).toEqual([]);
    const facts = call.session?.realtime.facts() ?? [];
    expect(facts.filter(({ type }) => type === "objected" || type === "warning")).toEqual([]);
    const cuts = auditPlayback(call.streams[0]?.heard ?? neverHeard, call.session?.realtime.spoken() ?? [], facts);
    expect(cuts).toHaveLength(1);
    for (const { audioEndMs, heardMs } of cuts) expect(Math.abs(audioEndMs - heardMs)).toBeLessThanOrEqual(40);
    expect(call.logLines.map(({ event }) => event)).toEqual(expect.arrayContaining(["barge-in", "call.ended"]));
  });
});

const neverHeard = { messages: [], clears: [], bytes: 0 };
