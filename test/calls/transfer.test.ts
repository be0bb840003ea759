import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Reply, callFunctions, say } from "../../sim/openai/scenario.ts";
import type { PhoneStep } from "../../sim/phone/step.ts";
import type { CallReport } from "../../sim/twilio/call/call-request.ts";
import type { CalledPhone } from "../../sim/twilio/call/called-phone.ts";
import { type FinishedCall, type World, startWorld } from "../world/world.ts";

const longTalk = "Good day, this is the person who was called, and I have a lot to tell you about your order.";
const hangUp: PhoneStep = { step: "hang-up" };
/** Longer than it is silent while a caller is put through or comes back, on a busy machine, too. */
const quiet: PhoneStep = { step: "wait-for-quiet", quietMs: 3_000 };
const picksUp = (...script: PhoneStep[]): CalledPhone => ({ does: "pick-up", ringMs: 200, script });
const hearsIt: PhoneStep = { step: "wait-for-quiet", quietMs: 300 };

const anna = "+15553000001";
/** What the phones of the office do; Ben, Emil and Frida are told first what it is about. */
const phones: Record<string, CalledPhone> = {
  [anna]: picksUp({ step: "say", text: longTalk }, hangUp),
  "+15553000002": picksUp(
    hearsIt,
    { step: "press", digits: "1" },
    { step: "pause", ms: 500 },
    { step: "say", text: longTalk },
    hangUp,
  ),
  "+15553000003": { does: "be-busy" },
  "+15553000004": { does: "ring-out" },
  "+15553000005": picksUp(hearsIt, { step: "press", digits: "2" }),
  "+15553000006": { does: "ring-out" },
};

let world: World;
beforeAll(async () => {
  world = await startWorld({
    assistants: "test/world/assistants/office.ts",
    texts: { SAY_GREETING: "off", TRANSFER_RING_SECONDS: "2" },
    twilio: { phones },
  });
});
afterAll(() => world.close());

const putThrough = (to: string): Reply => ({
  items: [
    { type: "speech", text: "One moment." },
    ...callFunctions({ name: "transfer_call", arguments: { to, summary: "Somebody asks for an offer." } }).items,
  ],
});
const asks: PhoneStep[] = [
  { step: "pause", ms: 1_000 },
  { step: "say", text: "Anna, please." },
];

const childOf = async (call: FinishedCall): Promise<CallReport | undefined> =>
  world.twilio.calls().find(({ facts }) => facts.parentSid === call.callSid)?.ended;
const systemTexts = ({ session }: FinishedCall): string =>
  JSON.stringify(session?.realtime.items().filter((item) => item.type === "message" && item.role === "system"));
const words = ({ session }: FinishedCall): string[] =>
  session?.realtime.facts().flatMap((fact) => (fact.type === "response-started" ? [fact.text] : [])) ?? [];
/** What the model objected to. A response may end while our word to cancel it is on its way (openai.md A9). */
const objections = ({ session }: FinishedCall) =>
  session?.realtime
    .facts()
    .filter((fact) => fact.type === "warning" || fact.type === "objected")
    .filter((fact) => !("code" in fact && fact.code === "response_cancel_not_active"));
const events = ({ logLines }: FinishedCall): unknown[] => logLines.map(({ event }) => event);

describe.concurrent("a call is handed to a person", () => {
  test("cold, and taken: the two talk, and when that is over so is the call", async () => {
    const call = await world.callIn(asks, { replies: [putThrough("Anna")] });
    const child = await childOf(call);
    expect(child?.facts).toMatchObject({ to: anna, status: "completed" });
    // What Anna says is heard by the caller: nobody else speaks for so long.
    expect(call.facts.status).toBe("completed");
    expect(words(call)).toEqual(["One moment. → transfer_call"]);
    expect(call.streams).toHaveLength(1);
    expect(call.logLines.find(({ event }) => event === "transfer.ended")).toMatchObject({ outcome: "taken" });
    expect(objections(call)).toEqual([]);
  });

  test("cold, and the line is busy: the caller is back with the assistant, which knows, in the same conversation", async () => {
    const call = await world.callIn([...asks, quiet, hangUp], {
      replies: [putThrough("Clara"), say("Clara is talking, can I take a message?")],
    });
    expect(call.streams).toHaveLength(2);
    expect(systemTexts(call)).toContain("put through to Clara: the line was busy");
    expect(words(call)).toEqual(["One moment. → transfer_call", "Clara is talking, can I take a message?"]);
    expect(events(call)).toContain("caller.back");
    expect(objections(call)).toEqual([]);
  });

  test("warm, and accepted: who picks up hears what it is about, and takes it by a key", async () => {
    const call = await world.callIn(asks, { replies: [putThrough("Ben")] });
    const child = await childOf(call);
    expect(child?.log.flatMap((entry) => (entry.kind === "verb" ? [entry.verb] : []))).toContain("Gather");
    expect(call.logLines.find(({ event }) => event === "transfer.ended")).toMatchObject({ outcome: "taken" });
    expect(words(call)).toHaveLength(1);
  });

  test("warm, and refused: the caller comes back, and never heard the whisper", async () => {
    const call = await world.callIn([...asks, quiet, hangUp], {
      replies: [putThrough("Emil"), say("Emil cannot talk just now.")],
    });
    expect(systemTexts(call)).toContain("put through to Emil: they could not take the call");
    expect(words(call).at(-1)).toBe("Emil cannot talk just now.");
    expect(call.streams).toHaveLength(2);
  });

  test("warm, and nobody answers: the caller comes back", async () => {
    const call = await world.callIn([...asks, quiet, hangUp], {
      replies: [putThrough("Frida"), say("Nobody is there.")],
    });
    expect(systemTexts(call)).toContain("put through to Frida: nobody answered");
    expect(words(call).at(-1)).toBe("Nobody is there.");
  });

  test("to nobody of that name: the model is told, and nobody is dialled", async () => {
    const call = await world.callIn([...asks, quiet, hangUp], {
      replies: [putThrough("Cleopatra"), say("There is nobody of that name.")],
    });
    expect(await childOf(call)).toBeUndefined();
    expect(words(call).at(-1)).toBe("There is nobody of that name.");
  });

  test("the caller hangs up while it rings: the model is let go, and nothing is left", async () => {
    const call = await world.callIn(
      [...asks, { step: "wait-for-agent" }, hearsIt, { step: "pause", ms: 700 }, hangUp],
      { replies: [putThrough("Dora")] },
    );
    expect(call.facts.status).toBe("completed");
    expect(events(call)).toContain("call.ended");
  });
});

describe.concurrent("keys for another company's menu", () => {
  test("sound at the far end, the stream is opened again, and the conversation goes on where it was", async () => {
    const menu: PhoneStep[] = [
      { step: "say", text: "For sales press one." },
      {
        step: "menu",
        choices: { "1": [{ step: "say", text: "You have reached sales." }, quiet, hangUp] },
      },
    ];
    const call = await world.callIn([{ step: "pause", ms: 1_000 }, ...menu], {
      replies: [callFunctions({ name: "send_digits", arguments: { digits: "1" } }), say("Good day, is this sales?")],
    });
    expect(call.log.flatMap((entry) => (entry.kind === "verb" ? [entry.verb] : []))).toEqual([
      "Connect",
      "Play",
      "Connect",
    ]);
    expect(words(call)).toEqual(["→ send_digits", "Good day, is this sales?"]);
    expect(systemTexts(call)).toContain("The keys 1 were pressed");
    expect(world.openai?.sessions.filter((session) => session === call.session)).toHaveLength(1);
    expect(objections(call)).toEqual([]);
  });
});
