import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Fault, type Reply, type Scenario, say } from "../../sim/openai/scenario.ts";
import type { PhoneStep } from "../../sim/phone/step.ts";
import { type FinishedCall, type World, startWorld } from "../world/world.ts";

/** The scenario of the next session: each test sets its own. */
let scenario: Scenario = {};
let world: World;
beforeAll(async () => {
  world = await startWorld({ model: { scenario: () => scenario }, texts: { VOICEMAIL_SENTENCE: "off" } });
});
afterAll(() => world.close());

const untilHungUp: PhoneStep[] = [{ step: "wait-for-quiet" }, { step: "say", text: "Hello, is anybody there?" }];
const serverError = { error: { type: "server_error", code: "server_error", message: "Try again." } };
const refusal = (status: number): Fault => ({ type: "refuse-upgrade", status, body: serverError });
const fatal = { type: "invalid_request_error", code: "insufficient_quota", message: "No credit." };

const verbsOf = (log: readonly { kind: string }[]): string[] =>
  log.flatMap((entry) => ("verb" in entry && typeof entry.verb === "string" ? [entry.verb] : []));

describe("the model cannot be had", () => {
  test.each<[string, Fault]>([
    ["it refuses the key", refusal(401)],
    ["it is too busy", refusal(429)],
    ["it is broken", refusal(500)],
    ["it does not answer", { type: "hold-upgrade", forMs: "ever" }],
    ["it never takes its configuration", { type: "hold-session-updated", forMs: "ever" }],
    ["the account has no credit", { type: "error", atMs: 0, error: fatal }],
  ])("%s: the caller is told within five seconds, and the call ends", async (_, fault) => {
    scenario = { faults: [fault] };
    const call = await world.callIn(untilHungUp);
    expect(verbsOf(call.log)).toEqual(["Say", "Connect", "Say", "Hangup"]);
    expect(call.log.find((entry) => entry.kind === "request" && entry.url.endsWith("/stream-ended"))).toMatchObject({
      status: 200,
    });
    expect(endOf(call)).toMatchObject({ verdict: "fallback" });
    const [connectedAtMs = 0, apologyAtMs = 0] = call.log
      .filter((entry) => entry.kind === "verb" && (entry.verb === "Connect" || entry.verb === "Say"))
      .slice(1)
      .map(({ atMs }) => atMs);
    const sinceFaultMs = apologyAtMs - connectedAtMs - ("atMs" in fault ? fault.atMs : 0);
    expect(sinceFaultMs).toBeLessThan(5_000);
  });
});

const failing = (code: string): Reply => ({
  items: [{ type: "speech", text: "Never said." }],
  ending: { status: "failed", afterMs: 0, error: { type: "server_error", code, message: "It failed." } },
});

describe("the model is there, and of no use", () => {
  test.each([
    ["every response fails", { replies: [failing("server_error"), failing("server_error")] }, 5],
    ["the account has no credit left", { replies: [failing("insufficient_quota")] }, 2],
    ["every session is lost after a moment", { faults: [{ type: "drop", atMs: 500 }] }, 6],
  ] satisfies [string, Scenario, number][])(
    "%s, in so many sessions: the caller is told",
    async (_, sessions, count) => {
      const before = world.openai?.connectionCount() ?? 0;
      scenario = sessions;
      const call = await world.callIn(untilHungUp);
      expect(verbsOf(call.log).slice(-2)).toEqual(["Say", "Hangup"]);
      expect(endOf(call)).toMatchObject({ verdict: "fallback" });
      expect((world.openai?.connectionCount() ?? 0) - before).toBeLessThanOrEqual(count);
    },
  );
});

describe("the model misbehaves, and the call goes on", () => {
  test("messages that are no JSON, and events that nobody knows, are counted", async () => {
    scenario = {
      replies: [say("Here I am.")],
      faults: [
        { type: "raw-message", atMs: 200, text: "{" },
        { type: "raw-message", atMs: 300, text: "[]" },
        { type: "raw-message", atMs: 400, text: '{"type":"tomorrow.came"}' },
        { type: "raw-message", atMs: 500, text: '{"type":"response.created"}' },
        { type: "error", atMs: 600, error: { type: "server_error", code: null, message: "A hiccup." } },
      ],
    };
    const call = await world.callIn([
      { step: "wait-for-quiet" },
      { step: "say", text: "Hello, is anybody there?" },
      { step: "wait-for-quiet" },
      { step: "hang-up" },
    ]);
    expect(call.logLines.find(({ event }) => event === "faults")).toMatchObject({
      "model not-json": 2,
      "model unknown-event": 1,
      "model malformed": 1,
    });
    expect(call.logLines.find(({ event }) => event === "call.ended")).toMatchObject({ verdict: "hang-up" });
    expect(call.logLines.map(({ event }) => event)).toContain("playback.heard");
  });
});

describe("the caller hangs up while the model is being dialled", () => {
  test.each<[string, Fault]>([
    ["before its socket is open", { type: "hold-upgrade", forMs: 1_500 }],
    ["before it is configured", { type: "hold-session-updated", forMs: 1_500 }],
  ])("%s: no socket to the model stays open", async (_, fault) => {
    scenario = { faults: [fault] };
    const { callSid, ended } = await world.dial([
      { step: "wait-for-quiet" },
      { step: "pause", ms: 700 },
      { step: "hang-up" },
    ]);
    await ended;
    await pause(2_000);
    expect(await world.worker.census(callSid)).toEqual({ streamCount: 0, modelLegCount: 0, timerCount: 0 });
    expect(world.openai?.sessions.filter((session) => session.isOpen())).toEqual([]);
  });
});

describe("what is in the log", () => {
  test("not the key either that a peer echoes in its refusal", async () => {
    const body = { error: { message: `Bad key: Bearer ${world.texts["OPENAI_API_KEY"]}` } };
    scenario = { faults: [{ type: "refuse-upgrade", status: 401, body }] };
    const call = await world.callIn(untilHungUp);
    expect(endOf(call)?.["reason"]).toContain("Bearer (secret)");
  });

  test("no key, no token, no audio and no whole phone number", async () => {
    scenario = { replies: [say("Hello there.")] };
    const call = await world.callIn([
      { step: "wait-for-quiet" },
      { step: "say", text: "Hello." },
      { step: "wait-for-quiet" },
      { step: "hang-up" },
    ]);
    const log = JSON.stringify(world.worker.logLines);
    expect(call.logLines.length).toBeGreaterThan(5);
    for (const secret of [world.texts["OPENAI_API_KEY"], world.texts["TWILIO_AUTH_TOKEN"], "+15551230000"])
      expect(log).not.toContain(secret);
    expect(log).not.toMatch(/v1\.\d{13}\./);
    expect(log).not.toMatch(/[A-Za-z0-9+/]{200}/);
  });
});

/** How the call ended, in the Worker's word; what Twilio reports of it may come later. */
const endOf = ({ logLines }: FinishedCall) => logLines.find(({ event }) => event === "call.ended");
