import { setTimeout as pause } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Scenario, say } from "../../sim/openai/scenario.ts";
import type { PhoneStep } from "../../sim/phone/step.ts";
import type { CallReport } from "../../sim/twilio/call/call-request.ts";
import type { CalledPhone } from "../../sim/twilio/call/called-phone.ts";
import { type World, startWorld } from "../world/world.ts";

const person = "+15550009999";
const longAnswer =
  "I could go on about this for a very long time, because nobody has ever told me when to stop. ".repeat(3);

let scenario: Scenario = {};
const phones: Record<string, CalledPhone> = {};
let world: World;
beforeAll(async () => {
  world = await startWorld({
    model: { scenario: () => scenario },
    isSwitched: true,
    texts: { FALLBACK_NUMBER: person, SAY_GREETING: "Hello.", TRANSFER_RING_SECONDS: "2" },
    twilio: { phones },
  });
});
afterEach(() => world.wire?.mend());
afterAll(() => world.close());

const verbsOf = ({ log }: CallReport): string[] => log.flatMap((entry) => (entry.kind === "verb" ? [entry.verb] : []));
const again = ["Say", "Pause", "Redirect"];
const waits: PhoneStep[] = [{ step: "pause", ms: 25_000 }];

/** When each verb began, in ms of the call. */
const beganAtMs = ({ log }: CallReport, verb: string, from = 0): number =>
  log.find((entry) => entry.kind === "verb" && entry.verb === verb && entry.atMs >= from)?.atMs ?? Infinity;

describe("nothing can be said, and the caller is not left alone", () => {
  test("OpenAI is down for the whole call: a person takes it, within five seconds", async () => {
    scenario = { faults: [{ type: "refuse-upgrade", status: 503, body: {} }] };
    phones[person] = {
      does: "pick-up",
      ringMs: 200,
      script: [{ step: "say", text: "Hello, I am a person." }, { step: "hang-up" }],
    };
    const call = await world.callIn(waits);
    expect(verbsOf(call)).toEqual(["Say", "Connect", "Say", "Dial", "Hangup"]);
    expect(beganAtMs(call, "Dial") - beganAtMs(call, "Connect")).toBeLessThan(5_000);
  });

  test("and where no person answers, a message is taken, after a beep, and kept with the call", async () => {
    scenario = { faults: [{ type: "refuse-upgrade", status: 503, body: {} }] };
    phones[person] = { does: "be-busy" };
    const call = await world.callIn([
      { step: "wait-for-quiet", quietMs: 1_500 },
      { step: "say", text: "Please call me back." },
      { step: "pause", ms: 300 },
      { step: "press", digits: "#" },
    ]);
    expect(verbsOf(call)).toEqual(["Say", "Connect", "Say", "Dial", "Say", "Record", "Say", "Hangup"]);
    await expect
      .poll(() => call.logLines.concat(world.worker.logLines).find((line) => line["about"] === "recording"))
      .toMatchObject({ callSid: call.callSid, status: "completed" });
  });

  test("the Worker is down at the answer: a word at once, twice again, and then a person", async () => {
    phones[person] = {
      does: "pick-up",
      ringMs: 200,
      script: [{ step: "say", text: "Hello, I am a person." }, { step: "hang-up" }],
    };
    world.wire?.cut();
    const { ended, callSid } = await world.dial(waits);
    const call = await ended;
    expect(callSid).toBe(call.facts.sid);
    expect(verbsOf(call)).toEqual(["Say", "Connect", ...again, ...again, "Say", "Dial", "Hangup"]);
    const connectedAtMs = beganAtMs(call, "Connect");
    expect(beganAtMs(call, "Say", connectedAtMs) - connectedAtMs).toBeLessThan(3_000);
  });

  test("the Worker is away for four seconds in the middle of a sentence: the same conversation goes on", async () => {
    scenario = { replies: [say(longAnswer), say("As I said."), say("Goodbye.")] };
    const { ended, callSid } = await world.dial([
      { step: "wait-for-quiet" },
      { step: "say", text: "Tell me something." },
      { step: "wait-for-agent", spokenMs: 2_000 },
      { step: "pause", ms: 9_000 },
      { step: "say", text: "Are you still there?" },
      { step: "wait-for-quiet" },
      { step: "hang-up" },
    ]);
    const sessionsBefore = world.openai?.sessions.length ?? 0;
    await expect
      .poll(
        () => world.worker.logLines.some((line) => line["callSid"] === callSid && line["event"] === "response.started"),
        {
          timeout: 10_000,
        },
      )
      .toBe(true);
    await pause(2_000);
    world.wire?.cut();
    await pause(4_000);
    world.wire?.mend();
    const call = await ended;
    expect(call.facts.status).toBe("completed");
    expect(call.streams).toHaveLength(2);
    // One session from the first word to the last; nobody was greeted twice.
    expect((world.openai?.sessions.length ?? 0) - sessionsBefore).toBeLessThanOrEqual(1);
    const session = world.openai?.sessions.at(-1);
    const said = session?.realtime.facts().flatMap((fact) => (fact.type === "response-started" ? [fact.text] : []));
    expect(said).toEqual([longAnswer, "As I said.", "Goodbye."]);
    expect(session?.realtime.facts().filter(({ type }) => type === "truncated").length).toBeGreaterThanOrEqual(1);
    expect(verbsOf(call).filter((verb) => verb === "Connect")).toHaveLength(2);
    const cutAtMs = call.streams[0]?.end;
    expect(cutAtMs).toMatchObject({ by: "server" });
  });
});
