import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Scenario, callFunctions, say } from "../../sim/openai/scenario.ts";
import type { PhoneStep } from "../../sim/phone/step.ts";
import type { CalledPhone } from "../../sim/twilio/call/called-phone.ts";
import { type World, startWorld } from "../world/world.ts";

const [anna, ben] = ["+15553000001", "+15553000002"];

let scenario: Scenario = {};
const phones: Record<string, CalledPhone> = {
  [anna]: { does: "ring-out" },
  [ben]: { does: "pick-up", ringMs: 100, script: [{ step: "pause", ms: 20_000 }, { step: "hang-up" }] },
};
let world: World;
beforeAll(async () => {
  world = await startWorld({
    assistants: "test/world/assistants/office.ts",
    model: { scenario: () => scenario },
    texts: { SAY_GREETING: "off" },
    twilio: {
      phones,
      onEvent(event) {
        if ("log" in event && event.log.kind === "verb")
          verbs.set(event.callSid, [...(verbs.get(event.callSid) ?? []), event.log.verb]);
      },
    },
  });
});
afterAll(() => world.close());

const call = (name: string, args: object): Scenario => ({
  replies: [callFunctions({ name, arguments: { ...args } }), say("Yes, just a moment.")],
});
const putThrough = (to: string): Scenario => call("transfer_call", { to, summary: "An offer." });

/** Speaks when the stream is sure to be there, and hangs up so long after a verb of Twilio's has begun. */
async function hangsUp(verb: string, afterMs: number) {
  const script: PhoneStep[] = [
    { step: "pause", ms: 1_000 },
    { step: "say", text: "Please." },
    { step: "pause", ms: 30_000 },
  ];
  const { callSid, ended, call: going } = await world.dial(script);
  await expect.poll(() => logOf(callSid).includes(verb), { timeout: 10_000 }).toBe(true);
  await pause(afterMs);
  going.end("completed");
  return ended;
}

const verbs = new Map<string, string[]>();
const logOf = (callSid: string): string[] => verbs.get(callSid) ?? [];

describe("a caller who hangs up in the middle leaves nothing behind: no leg, no timer, nobody on the line", () => {
  test.each<[string, Scenario, string, number]>([
    ["while the person's phone rings", putThrough("Anna"), "Dial", 400],
    ["while the person hears the whisper", putThrough("Ben"), "Dial", 1_200],
    ["while keys are pressed", call("send_digits", { digits: "wwww1wwww2" }), "Play", 300],
    ["while a message is recorded", { faults: [{ type: "refuse-upgrade", status: 503, body: {} }] }, "Record", 600],
    ["during the last goodbye", call("hang_up", {}), "Say", 20],
  ])("%s", async (_, next, verb, afterMs) => {
    scenario = next;
    const report = await hangsUp(verb, afterMs);
    expect(report.facts.status).toBe("completed");
    for (const { facts } of world.twilio.calls()) expect(facts.endedAt).toBeDefined();
    const lines = world.worker.logLines.filter((line) => line["callSid"] === report.facts.sid);
    await expect.poll(() => lines.some(({ event }) => event === "bug")).toBe(false);
    await expect
      .poll(() => world.worker.census(report.facts.sid), { timeout: 5_000 })
      .toEqual({ streamCount: 0, modelLegCount: 0, timerCount: 0 });
  });
});
