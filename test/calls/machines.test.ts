import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseObject } from "../../common/json.ts";
import { type Scenario, type Turn, say } from "../../sim/openai/scenario.ts";
import type { CallReport } from "../../sim/twilio/call/call-request.ts";
import { type CalledPhone, messageAfterBeep } from "../../sim/twilio/call/called-phone.ts";
import { hum } from "../../sim/voice/hum.ts";
import { type World, expectNothingLeft, startWorld } from "../world/world.ts";

const key = "the-key-of-the-machine-stories";
const number = "+15552000009";
const message = "Please call us back at noon.";
const announcement = "You have reached nobody. Speak after the tone.";

let scenario: Scenario = {};
const phones: Record<string, CalledPhone> = {};
let world: World;
beforeAll(async () => {
  world = await startWorld({
    assistants: "test/world/assistants/office.ts",
    model: { scenario: () => scenario },
    texts: {
      SAY_GREETING: "off",
      OUTBOUND_KEY: key,
      OUTBOUND_PER_NUMBER_PER_DAY: "50",
      OUTBOUND_RING_SECONDS: "2",
      MODEL_GREETING: "Hello there.",
    },
    twilio: { phones },
  });
});
afterAll(() => world.close());

async function placed(phone: CalledPhone, assistant: string): Promise<CallReport> {
  phones[number] = phone;
  const response = await fetch(`${world.functionsUrl}/outbound`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify({ to: number, assistant, machineDetection: true }),
  });
  const { callSid } = parseObject(await response.text()) ?? {};
  const call = world.twilio.calls().find(({ facts }) => facts.sid === callSid);
  if (call === undefined) throw new Error(`no call was placed: ${response.status}`);
  const report = await call.ended;
  await expectNothingLeft(world.worker, report.facts.sid);
  return report;
}

const machine: CalledPhone = { does: "take-message", ringMs: 100, greeting: announcement, atMostMs: 20_000 };
const session = () => world.openai?.sessions.at(-1)?.realtime;
const words = (): string[] =>
  session()
    ?.facts()
    .flatMap((fact) => (fact.type === "response-started" ? [fact.text] : [])) ?? [];
const kept = ({ phone }: CallReport): Buffer => {
  const after = phone && messageAfterBeep(phone.recording);
  return Buffer.from(after ?? []);
};

describe("a call that a machine answers, through the real Function, Worker and SDK", () => {
  test("the message is left after the beep, whole, in the model's voice, and then the call is over", async () => {
    // The model may well talk to the announcement; what it is told to leave is another matter.
    const reply = ({ instructions }: Turn) => say(instructions?.includes(message) ? message : "Hello there.");
    scenario = { replies: Array.from({ length: 5 }, () => reply) };
    const report = await placed(machine, "by-model");
    expect(report.facts.status).toBe("completed");
    // The far phone's recording holds all that the model said of the message.
    const spoken = session()?.spoken().at(-1)?.audio ?? new Uint8Array();
    expect(spoken.length).toBeGreaterThan(8_000);
    expect(kept(report).indexOf(Buffer.from(spoken))).toBeGreaterThanOrEqual(0);
    expect(words().at(-1)).toBe(message);
    // Nothing else is on it: no goodbye of Twilio's.
    expect(report.log.flatMap((entry) => (entry.kind === "verb" ? [entry.verb] : []))).toEqual(["Connect", "Hangup"]);
  });

  test("or in Twilio's voice, word for word", async () => {
    scenario = { replies: [say("Hello there.")] };
    const report = await placed(machine, "by-twilio");
    // Twilio's own sentences are cut to their beginning in these tests.
    expect(kept(report).indexOf(Buffer.from(hum(message.slice(0, 10), "twilio")))).toBeGreaterThanOrEqual(0);
    expect(report.log.flatMap((entry) => (entry.kind === "verb" ? [entry.verb] : []))).toEqual([
      "Connect",
      "Say",
      "Hangup",
    ]);
  });

  test("or we hang up, without a word on it", async () => {
    scenario = { replies: [say("Hello there.")] };
    const report = await placed(machine, "no-message");
    expect(report.facts.status).toBe("completed");
    expect(kept(report).some((byte) => byte !== 0xff && byte !== 0x7f)).toBe(false);
  });

  test("who is not known to be a machine is none: the conversation goes on", async () => {
    scenario = { replies: [say("Hello there."), say("Good, thank you.")] };
    const report = await placed(
      {
        does: "pick-up",
        ringMs: 100,
        detected: { answeredBy: "unknown", afterMs: 1_000 },
        script: [
          { step: "wait-for-quiet" },
          { step: "pause", ms: 1_000 },
          { step: "say", text: "How are you?" },
          { step: "wait-for-quiet" },
          { step: "hang-up" },
        ],
      },
      "by-model",
    );
    expect(report.facts.status).toBe("completed");
    expect(words()).toEqual(["Hello there.", "Good, thank you."]);
  });

  test.each<[string, CalledPhone, string]>([
    ["is busy", { does: "be-busy" }, "busy"],
    ["nobody answers", { does: "ring-out" }, "no-answer"],
    ["cannot be reached", { does: "be-unreachable" }, "failed"],
  ])("a phone that %s costs no model anything", async (_, phone, status) => {
    const before = world.openai?.sessions.length;
    const report = await placed(phone, "by-model");
    expect(report.facts.status).toBe(status);
    expect(world.openai?.sessions.length).toBe(before);
  });
});
