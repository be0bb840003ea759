import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { linkSignatureHeader, signLinkRequest } from "../../common/link-signature.ts";
import { linkSecret } from "../../common/secrets.ts";
import { type Scenario, say } from "../../sim/openai/scenario.ts";
import type { PhoneStep } from "../../sim/phone/step.ts";
import { account, newCallSid, openRaw, startMessage, stopMessage, tokenFor } from "../world/raw-phone.ts";
import { type FinishedCall, type World, expectNothingLeft, startWorld } from "../world/world.ts";

const greeting = "Good morning, this is the assistant of the house, what can I do for you today?";

/** The scenarios of the next sessions, the last one for all that follow: each test sets its own. */
let scenarios: Scenario[] = [];
let world: World;
beforeAll(async () => {
  world = await startWorld({
    model: { scenario: () => (scenarios.length > 1 ? scenarios.shift() : scenarios[0]) ?? {} },
    texts: { MODEL_GREETING: greeting, ...account },
  });
});
afterAll(() => world.close());

const listens: PhoneStep[] = [{ step: "wait-for-quiet", quietMs: 1_200 }, { step: "hang-up" }];
const firstAudioAtMs = ({ streams }: FinishedCall): number => streams[0]?.heard.messages[0]?.receivedAtMs ?? Infinity;
const eventsOf = ({ logLines }: FinishedCall): unknown[] => logLines.map(({ event }) => event);

describe("a call that was prepared while Twilio greeted", () => {
  test("the model's greeting is on the line when the stream begins, and need not be thought of first", async () => {
    scenarios = [{ replies: [say(greeting)] }];
    const call = await world.callIn(listens);
    // In virtual time it is the same millisecond (test/bridge/prepare.test.ts); here a socket and a busy machine lie between.
    expect(firstAudioAtMs(call)).toBeLessThan(250);
    expect(eventsOf(call).indexOf("model.ready")).toBeLessThan(eventsOf(call).indexOf("call.started"));
    expect(call.session?.realtime.facts().filter(({ type }) => type === "objected" || type === "warning")).toEqual([]);
  });

  test("the model knows what Twilio said, as its own words, before it greets", async () => {
    scenarios = [{ replies: [say(greeting)] }];
    const call = await world.callIn(listens);
    const [first, second] = call.session?.realtime.items() ?? [];
    expect(JSON.stringify(first)).toContain("Connected to Chatbot.");
    expect(first).toMatchObject({ role: "assistant" });
    expect(second).toMatchObject({ role: "assistant" });
    const transcript = await world.worker.transcript(call.callSid);
    expect(transcript.map(({ role, text }) => [role, text])).toEqual([
      ["agent", "Connected to Chatbot."],
      ["agent", greeting],
    ]);
  });

  test("the caller's first words, spoken over the greeting, interrupt it and are answered", async () => {
    scenarios = [{ replies: [say(greeting), say("Gladly.")] }];
    const call = await world.callIn([
      { step: "wait-for-agent", spokenMs: 1_500 },
      { step: "say", text: "I want to order a table." },
      { step: "wait-for-quiet", quietMs: 2_000 },
      { step: "hang-up" },
    ]);
    const facts = call.session?.realtime.facts() ?? [];
    expect(facts.filter(({ type }) => type === "truncated")).toHaveLength(1);
    expect(facts.flatMap((fact) => (fact.type === "response-started" ? [fact.text] : []))).toEqual([
      greeting,
      "Gladly.",
    ]);
  });

  test("a model that is slow, or refused at first, costs nothing but time", async () => {
    scenarios = [{ faults: [{ type: "hold-session-updated", forMs: 1_000 }], replies: [say(greeting)] }];
    const slow = await world.callIn(listens);
    expect(eventsOf(slow)).toContain("playback.heard");
    scenarios = [{ faults: [{ type: "refuse-upgrade", status: 503, body: {} }] }, { replies: [say(greeting)] }];
    const refused = await world.callIn(listens);
    expect(eventsOf(refused)).toContain("model.lost");
    expect(eventsOf(refused)).toContain("playback.heard");
  });
});

const ask = (callSid: string, body: string, secret = linkSecret(account)) => {
  const path = `/calls/${callSid}/prepare`;
  const signature = signLinkRequest(secret, { method: "POST", path, body }, Date.now());
  return fetch(world.workerUrl + path, { method: "POST", body, headers: { [linkSignatureHeader]: signature } });
};
const sessionCount = (): number => world.openai?.sessions.length ?? 0;

describe("who may prepare a call", () => {
  test("a Function, again and again: one model is opened, and let go with the call", async () => {
    scenarios = [];
    const callSid = newCallSid();
    const before = sessionCount();
    const answers = await Promise.all([ask(callSid, "{}"), ask(callSid, "{}"), ask(callSid, "{}")]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    await pause(300);
    expect(sessionCount() - before).toBe(1);
    expect(await world.worker.census(callSid)).toMatchObject({ modelLegCount: 1 });
    const phone = await openRaw(world.workerUrl, callSid);
    phone.send(startMessage(callSid, tokenFor(callSid)));
    phone.send(stopMessage(callSid));
    await expectNothingLeft(world.worker, callSid);
    expect(sessionCount() - before).toBe(1);
  });

  test("nobody else: no model is opened for a forged, a changed, a long or a senseless request", async () => {
    const callSid = newCallSid();
    const before = sessionCount();
    const path = `/calls/${callSid}/prepare`;
    const signature = signLinkRequest(linkSecret(account), { method: "POST", path, body: "{}" }, Date.now());
    const headers = { [linkSignatureHeader]: signature };
    const statuses = await Promise.all([
      fetch(world.workerUrl + path, { method: "POST", body: "{}" }),
      fetch(world.workerUrl + path, { method: "POST", body: '{"from":"x"}', headers }),
      fetch(world.workerUrl + path.replace(/..\/prepare/, "00/prepare"), { method: "POST", body: "{}", headers }),
      fetch(world.workerUrl + path, { headers }),
      ask(callSid, "{}", "another secret"),
      ask(callSid, JSON.stringify({ said: "x".repeat(70_000) })),
      ask(callSid, "[]"),
      ask(callSid, "{"),
    ]).then((answers) => answers.map(({ status }) => status));
    expect(statuses).toEqual([401, 403, 403, 405, 403, 413, 400, 400]);
    expect(sessionCount()).toBe(before);
  });
});
