import { describe, expect, test } from "vitest";
import { say } from "../../sim/openai/scenario.ts";
import type { PhoneStep } from "../../sim/phone/step.ts";
import { virtualCall } from "../world/virtual-call.ts";

const answer = "I could go on about this for a while, if you like.";
const goodbye = "I have to end this call now. Goodbye.";
const scenario = { replies: [say(answer), say(goodbye), say("There is more.")] };
const patient: PhoneStep[] = [
  { step: "pause", ms: 300 },
  { step: "say", text: "Tell me something." },
  { step: "pause", ms: 120_000 },
];
const hangUp = (reason: string) => ({ verdict: "hang-up", reason });

describe("what a call costs, told while it runs", () => {
  test("goes out every 15 seconds and at the end, each time in all; nobody waits for the answer", async () => {
    const told: { usd: number; isOver: boolean }[] = [];
    const call = await virtualCall({
      scenario,
      script: [...patient.slice(0, 2), { step: "pause", ms: 47_000 }, { step: "hang-up" }],
      bridge: { spending: { lineUsdPerMinute: 0.01 } },
      reportSpend: (spent) => {
        told.push(spent);
        return new Promise(() => {});
      },
    });
    await call.run(60_000);
    expect(told.map(({ isOver }) => isOver)).toEqual([false, false, false, false, true]);
    expect(told[0]?.usd).toBe(0.01);
    expect(told.at(-1)?.usd).toBeGreaterThan(0.013);
    expect(told.map(({ usd }) => usd)).toEqual(told.map(({ usd }) => usd).toSorted((a, b) => a - b));
    expect(call.conversation.end).toEqual(hangUp("the call ended"));
    expect(call.conversation.census()).toEqual({ streamCount: 0, modelLegCount: 0, timerCount: 0 });
  });

  test("is answered by a ceiling of all calls: this one says goodbye, and is heard to its end", async () => {
    let reportCount = 0;
    const call = await virtualCall({
      scenario,
      script: patient,
      bridge: { spending: { maxUsd: 10, lineUsdPerMinute: 0.01 } },
      reportSpend: async () => ((reportCount += 1) > 1 ? "day" : undefined),
    });
    await call.run(14_900);
    expect(call.session.spoken()).toHaveLength(1);
    await call.run(10_000);
    expect(call.conversation.end).toEqual(hangUp("the calls of this day have cost what they may"));
    expect(call.stream.heard.bytes).toBe(call.session.spoken().reduce((sum, { audio }) => sum + audio.length, 0));
    expect(call.session.spoken()).toHaveLength(2);
  });

  test("ends a call by its own ceiling while nobody answers", async () => {
    const call = await virtualCall({
      scenario,
      script: patient,
      bridge: { spending: { maxUsd: 0.012, lineUsdPerMinute: 0.01 } },
      reportSpend: async () => undefined,
    });
    await call.run(20_000);
    expect(call.conversation.end).toEqual(hangUp("the call has cost what it may"));
    expect(call.session.spoken()).toHaveLength(2);
  });
});
