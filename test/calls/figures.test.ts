import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { say } from "../../sim/openai/scenario.ts";
import { type World, startWorld } from "../world/world.ts";

const long = "I could go on about this for a very long time, because nobody ever told me when to stop talking.";

let world: World;
beforeAll(async () => {
  world = await startWorld({
    texts: { SAY_GREETING: "off" },
    model: {
      scenario: {
        replies: [say(long), say("All right then.")],
        transcriptions: [
          { type: "completed", text: "Tell me something.", delayMs: 2_500 },
          { type: "completed", text: "Stop please.", delayMs: 100 },
        ],
      },
    },
  });
});
afterAll(() => world.close());

describe("what is left of a call", () => {
  test("the transcript as heard, in order though words came late; a line a turn; figures of the whole", async () => {
    const call = await world.callIn([
      { step: "pause", ms: 1_000 },
      { step: "say", text: "Tell me something." },
      { step: "wait-for-agent", spokenMs: 1_500 },
      { step: "say", text: "Stop please." },
      { step: "wait-for-quiet", quietMs: 2_000 },
      { step: "hang-up" },
    ]);

    const [question, answer, interruption, reply, ...more] = await world.worker.transcript(call.callSid);
    expect(more).toEqual([]);
    expect(question).toMatchObject({ role: "caller", text: "Tell me something.", status: "heard" });
    expect(answer).toMatchObject({ role: "agent", status: "cut" });
    expect(`${answer?.text} ${answer?.unheardText}`).toContain("a very long time");
    expect(long.startsWith(answer?.text ?? "?")).toBe(true);
    expect(answer?.text.length).toBeLessThan(long.length / 2);
    expect(interruption).toMatchObject({ role: "caller", text: "Stop please." });
    expect(reply).toMatchObject({ role: "agent", text: "All right then.", status: "heard" });

    const turns = call.logLines.filter(({ event }) => event === "turn");
    expect(turns).toHaveLength(2);
    for (const turn of turns) {
      expect(turn["earTimeMs"]).toBeGreaterThan(400);
      expect(turn["earTimeMs"]).toBeLessThan(3_000);
    }
    expect(call.logLines.find(({ event }) => event === "call.figures")).toMatchObject({ turns: 2, bargeIns: 1 });
    expect(call.logLines.find(({ event }) => event === "call.figures")?.["costUsd"]).toBeGreaterThan(0);
  });
});
