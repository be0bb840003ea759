import { getExpectedTwilioSignature } from "twilio/lib/webhooks/webhooks.js";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { CallSid } from "../../common/ids.ts";
import { linkSignatureHeader, signLinkRequest } from "../../common/link-signature.ts";
import { linkSecret } from "../../common/secrets.ts";
import { type OpenAIServer, startOpenAI } from "../../sim/openai/server.ts";
import { humming } from "../../sim/voice/hum.ts";
import { freePort } from "../../scripts/parts/ports.ts";
import { type RunningWorker, startWorker } from "../world/miniflare.ts";
import {
  type RawPhone,
  account,
  newCallSid,
  openRaw,
  startMessage,
  tokenFor,
  stopMessage,
} from "../world/raw-phone.ts";
import { expectNothingLeft } from "../world/world.ts";

const secondaryToken = "the second auth token of the tests";

let openai: OpenAIServer;
let worker: RunningWorker;
const opened: { callSid: CallSid; phone: RawPhone }[] = [];

beforeAll(async () => {
  openai = await startOpenAI({ speak: humming });
  worker = await startWorker({
    ...account,
    TWILIO_AUTH_TOKEN_SECONDARY: secondaryToken,
    SERVER_URL: `http://127.0.0.1:${await freePort()}`,
    OPENAI_API_KEY: "sk-test",
    OPENAI_BASE_URL: openai.url,
  });
});
afterEach(async () => {
  // Without this word the call would be waited for.
  for (const { phone, callSid } of opened) phone.send(stopMessage(callSid));
  for (const { phone } of opened) phone.close();
  for (const { callSid } of opened.splice(0)) await expectNothingLeft(worker, callSid);
});
afterAll(async () => {
  await worker.close();
  await openai.close();
});

type Form = Record<string, string | string[]>;

/** Tells the Worker something as Twilio does; `token` and `url` are what is signed. */
async function report(
  path: string,
  form: Form,
  { token = account.TWILIO_AUTH_TOKEN, url = worker.url + path, signature }: Signing = {},
): Promise<number> {
  const body = new URLSearchParams(
    Object.entries(form).flatMap(([name, values]) => [values].flat().map((value): [string, string] => [name, value])),
  );
  const signed = signature ?? getExpectedTwilioSignature(token, url, form);
  const headers = signed === "" ? {} : { "x-twilio-signature": signed };
  const response = await fetch(worker.url + path, { method: "POST", headers, body });
  const text = await response.text();
  expect(text).not.toMatch(/at .*\(|Error:/);
  if (response.status === 204) expect(text).toBe("");
  return response.status;
}
type Signing = { token?: string; url?: string; signature?: string };

const reportsOf = (callSid: CallSid): Record<string, unknown>[] =>
  worker.logLines.filter((line) => line["callSid"] === callSid && line["event"] === "carrier.reported");

/** What was made ready for a call, as `/twiml` asks for it. */
async function prepare(callSid: CallSid, body: object = {}): Promise<unknown> {
  const path = `/calls/${callSid}/prepare`;
  const text = JSON.stringify(body);
  const signature = signLinkRequest(linkSecret(account), { method: "POST", path, body: text }, Date.now());
  const headers = { [linkSignatureHeader]: signature };
  return (await fetch(worker.url + path, { method: "POST", headers, body: text })).json();
}

async function talking() {
  const callSid = newCallSid();
  const phone = await openRaw(worker.url, callSid);
  opened.push({ callSid, phone });
  const sessionIndex = openai.sessions.length;
  phone.send(startMessage(callSid, tokenFor(callSid)));
  await expect.poll(() => openai.sessions[sessionIndex]?.realtime.received()["session.update"]).toBe(1);
  return { callSid, phone, session: openai.sessions[sessionIndex] };
}

const status = (callSid: string, CallStatus: string, more: Form = {}): Form => ({
  CallSid: callSid,
  CallStatus,
  ...more,
});

describe("who may report on a call", () => {
  test.each(["status", "amd", "stream-status", "recording"])("Twilio, at /calls/…/%s", async (name) => {
    const callSid = newCallSid();
    const form = status(callSid, "ringing", { AnsweredBy: "human", From: "+15551234567", Strange: ["b", "a", "b"] });
    expect(await report(`/calls/${callSid}/${name}`, form)).toBe(204);
    expect(await report(`/calls/${name}`, form)).toBe(204);
    expect(await report(`/calls/${name}`, form, { token: secondaryToken })).toBe(204);
    expect(await report(`/calls/${name}`, form, { signature: "" })).toBe(401);
  });

  const forgeries: [string, (url: string, form: Form) => Signing][] = [
    ["another account's token", () => ({ token: "another token" })],
    ["another path", (url) => ({ url: url.replace(/[^/]+$/, "amd") })],
    ["another server", (url) => ({ url: url.replace("127.0.0.1", "voice.example") })],
    ["the wss form of the address", (url) => ({ url: url.replace("http", "ws") })],
    [
      "another form",
      (url, form) => ({
        signature: getExpectedTwilioSignature(account.TWILIO_AUTH_TOKEN, url, { ...form, CallStatus: "busy" }),
      }),
    ],
    ["no form", (url) => ({ signature: getExpectedTwilioSignature(account.TWILIO_AUTH_TOKEN, url, {}) })],
    ["nonsense", () => ({ signature: "nonsense" })],
  ];
  test.each(forgeries)("nobody who has signed %s", async (_, forge) => {
    const callSid = newCallSid();
    const path = `/calls/${callSid}/status`;
    const form = status(callSid, "completed");
    expect(await report(path, form, forge(worker.url + path, form))).toBe(403);
    expect(reportsOf(callSid)).toEqual([]);
  });

  test.each<[string, (callSid: CallSid) => [string, Form], number]>([
    [
      "a call that the path does not name",
      (callSid) => [`/calls/${newCallSid()}/status`, status(callSid, "busy")],
      400,
    ],
    ["a call that is none", () => ["/calls/status", status("CA123", "busy")], 400],
    ["no call", () => ["/calls/status", { CallStatus: "busy" }], 400],
    ["a word that is not known", (callSid) => ["/calls/status", status(callSid, "daydreaming")], 204],
    ["no word at all", (callSid) => ["/calls/recording", { CallSid: callSid }], 204],
    ["something that has no route", (callSid) => [`/calls/${callSid}/dreams`, status(callSid, "busy")], 404],
    ["something below a route", (callSid) => [`/calls/${callSid}/status/more`, status(callSid, "busy")], 404],
  ])("and nobody learns anything of %s", async (_, of, expected) => {
    const callSid = newCallSid();
    const [path, form] = of(callSid);
    expect(await report(path, form)).toBe(expected);
    expect(reportsOf(callSid)).toEqual([]);
  });

  test("not by GET", async () => {
    expect((await fetch(`${worker.url}/calls/status`)).status).toBe(405);
  });
});

describe("a report", () => {
  test("is a line of the call's story, whatever it is about", async () => {
    const { callSid } = await talking();
    await report("/calls/status", status(callSid, "in-progress"));
    await report("/calls/amd", { CallSid: callSid, AnsweredBy: "human", MachineDetectionDuration: "4200" });
    await report("/calls/amd", { CallSid: callSid, AnsweredBy: "dolphin" });
    const stream = { CallSid: callSid, StreamSid: "MZ1" };
    await report("/calls/stream-status", { ...stream, StreamEvent: "stream-error", StreamError: "31924 - protocol" });
    const recording = { RecordingSid: "RE1", RecordingStatus: "completed", RecordingDuration: "12" };
    await report("/calls/recording", { CallSid: callSid, ...recording });
    await expect.poll(() => reportsOf(callSid)).toHaveLength(5);
    expect(reportsOf(callSid)).toMatchObject([
      { about: "call", status: "in-progress" },
      { about: "answerer", who: "person", afterMs: 4200 },
      { about: "answerer", who: "unknown" },
      { about: "stream", streamSid: "MZ1", did: "fail", error: "31924 - protocol" },
      { about: "recording", recordingSid: "RE1", status: "completed", durationS: 12 },
    ]);
  });

  test("that comes again, and again, is one", async () => {
    const { callSid } = await talking();
    for (let delivery = 0; delivery < 3; delivery += 1) await report("/calls/status", status(callSid, "ringing"));
    await report(`/calls/${callSid}/status`, status(callSid, "ringing", { Timestamp: "later" }));
    await report("/calls/status", status(callSid, "in-progress"));
    await expect.poll(() => reportsOf(callSid).at(-1)).toMatchObject({ status: "in-progress" });
    expect(reportsOf(callSid)).toHaveLength(2);
  });

  test.each(["completed", "busy", "no-answer", "failed", "canceled"])(
    "that the call is over (%s) ends both legs, and nothing begins after it",
    async (final) => {
      const { callSid, phone, session } = await talking();
      expect(await report("/calls/status", status(callSid, final, { CallDuration: "3" }))).toBe(204);
      expect(await phone.closed).toEqual({ code: 1000, reason: "hang-up" });
      await expect.poll(() => session?.isOpen()).toBe(false);
      await expectNothingLeft(worker, callSid);
      // Late, and out of order.
      expect(await report("/calls/status", status(callSid, "ringing"))).toBe(204);
      const sessionCount = openai.sessions.length;
      await prepare(callSid);
      const again = await openRaw(worker.url, callSid);
      opened.push({ callSid, phone: again });
      again.send(startMessage(callSid, tokenFor(callSid, Date.now() + 1)));
      expect(await again.closed).toEqual({ code: 1000, reason: "hang-up" });
      expect(openai.sessions).toHaveLength(sessionCount);
      const ends = () =>
        worker.logLines.filter((line) => line["callSid"] === callSid && line["event"] === "call.ended");
      await expect.poll(ends).toMatchObject([{ verdict: "hang-up", reason: `the call is over: ${final}` }]);
    },
  );

  test("that the call is over lets go of a model that was made ready for it", async () => {
    const callSid = newCallSid();
    const sessionIndex = openai.sessions.length;
    await prepare(callSid);
    await expect.poll(() => openai.sessions[sessionIndex]?.realtime.received()["session.update"]).toBe(1);
    await report("/calls/status", status(callSid, "no-answer"));
    await expect.poll(() => openai.sessions[sessionIndex]?.isOpen()).toBe(false);
    await expectNothingLeft(worker, callSid);
  });

  test("on a call that nobody knows costs nothing: no model, no socket, no timer", async () => {
    const sessionCount = openai.sessions.length;
    const callSids = Array.from({ length: 50 }, () => newCallSid());
    const answers = await Promise.all(
      callSids.map((callSid, index) => report("/calls/status", status(callSid, index % 2 ? "completed" : "ringing"))),
    );
    expect(new Set(answers)).toEqual(new Set([204]));
    for (const callSid of callSids)
      expect(await worker.census(callSid)).toEqual({ streamCount: 0, modelLegCount: 0, timerCount: 0 });
    expect(openai.sessions).toHaveLength(sessionCount);
  });
});
