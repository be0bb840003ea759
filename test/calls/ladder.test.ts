import { setTimeout as pause } from "node:timers/promises";
import { percentile } from "../../bench/percentile.ts";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Fault, type Scenario, say } from "../../sim/openai/scenario.ts";
import { fromDbfs, rms } from "../../sim/audio/level.ts";
import { bytesPerMs, frameBytes, frameMs } from "../../sim/audio/mulaw.ts";
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
afterAll(() => {
  const all = Object.values(silencesMs);
  console.log("silence in the caller's ear after each failure, in ms:", silencesMs);
  expect(Math.max(...all)).toBeLessThanOrEqual(5_000);
  expect(percentile(all, 50)).toBeLessThanOrEqual(3_000);
});

const verbsOf = ({ log }: CallReport): string[] => log.flatMap((entry) => (entry.kind === "verb" ? [entry.verb] : []));
const somebody: CalledPhone = {
  does: "pick-up",
  ringMs: 200,
  script: [{ step: "say", text: "Hello, I am a person." }, { step: "hang-up" }],
};
const audible = fromDbfs(-45);
const again = ["Say", "Pause", "Redirect"];
const waits: PhoneStep[] = [{ step: "pause", ms: 25_000 }];

const silencesMs: Record<string, number> = {};

/** When the call was left to itself: since the stream was to begin, or since it ended. */
const sinceMs = ({ log, answeredAtMs = 0 }: CallReport, what: "Connect" | "/stream-ended"): number => {
  const entry = log.find((line) =>
    what === "Connect"
      ? line.kind === "verb" && line.verb === what
      : line.kind === "request" && line.url.includes(what),
  );
  const durationMs = entry?.kind === "request" ? entry.durationMs : 0;
  return (entry?.atMs ?? Infinity) - durationMs - answeredAtMs;
};

/** How long the caller then heard nothing: no speech, no person, no tone. */
function silenceMs(report: CallReport, since: "Connect" | "/stream-ended"): number {
  const heard = report.phone?.recording.agent() ?? new Uint8Array();
  const fromMs = Math.max(0, sinceMs(report, since));
  for (let at = Math.ceil(fromMs / frameMs) * frameBytes; at < heard.length; at += frameBytes)
    if (rms(heard.subarray(at, at + frameBytes)) > audible) return Math.round(at / bytesPerMs - fromMs);
  return Infinity;
}

describe("nothing can be said, and the caller is not left alone", () => {
  test("OpenAI is down for the whole call: a person takes it, within five seconds", async () => {
    scenario = { faults: [{ type: "refuse-upgrade", status: 503, body: {} }] };
    phones[person] = somebody;
    const call = await world.callIn(waits);
    expect(verbsOf(call)).toEqual(["Say", "Connect", "Say", "Dial", "Hangup"]);
    silencesMs["OpenAI refuses"] = silenceMs(call, "Connect");
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
    silencesMs["OpenAI refuses, and the person is busy"] = silenceMs(call, "Connect");
    await expect
      .poll(() => call.logLines.concat(world.worker.logLines).find((line) => line["about"] === "recording"))
      .toMatchObject({ callSid: call.callSid, status: "completed" });
  });

  test.each<[string, Fault, "Connect" | "/stream-ended"]>([
    ["OpenAI never answers", { type: "hold-upgrade", forMs: "ever" }, "Connect"],
    ["OpenAI never gets ready", { type: "hold-session-updated", forMs: "ever" }, "Connect"],
    ["OpenAI drops in the middle of the call", { type: "drop", atMs: 3_000 }, "/stream-ended"],
  ])("%s: the same person", async (what, fault, since) => {
    scenario = { faults: [fault], replies: [say("Hello, how can I help you?")] };
    phones[person] = somebody;
    const call = await world.callIn([{ step: "wait-for-agent" }, { step: "pause", ms: 300 }, ...waits]);
    // Who has talked with the assistant waits for another session first.
    const waited = since === "Connect" ? [] : ["Say", "Connect"];
    expect(verbsOf(call)).toEqual(["Say", "Connect", ...waited, "Say", "Dial", "Hangup"]);
    silencesMs[what] = silenceMs(call, since);
  });

  test("the Worker is down at the answer: a word at once, twice again, and then a person", async () => {
    phones[person] = somebody;
    world.wire?.cut();
    const { ended, callSid } = await world.dial(waits);
    const call = await ended;
    expect(callSid).toBe(call.facts.sid);
    expect(verbsOf(call)).toEqual(["Say", "Connect", ...again, ...again, "Say", "Dial", "Hangup"]);
    silencesMs["the Worker is down at the answer"] = silenceMs(call, "Connect");
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
    silencesMs["the Worker is away for 4 s"] = silenceMs(call, "/stream-ended");
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
