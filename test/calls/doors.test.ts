import { setTimeout as pause } from "node:timers/promises";
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
  connected,
  mediaMessage,
  newCallSid,
  openRaw,
  startMessage,
  stopMessage,
  tokenFor,
  tryUpgrade,
} from "../world/raw-phone.ts";
import { expectNothingLeft } from "../world/world.ts";

let openai: OpenAIServer;
let worker: RunningWorker;
const opened: { callSid: CallSid; phone: RawPhone }[] = [];

beforeAll(async () => {
  openai = await startOpenAI({ speak: humming });
  worker = await startWorker({
    ...account,
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
  await expect.poll(() => openai.sessions.filter((session) => session.isOpen()).length).toBe(0);
});
afterAll(async () => {
  await worker.close();
  await openai.close();
});

async function open(callSid = newCallSid()) {
  const phone = await openRaw(worker.url, callSid);
  opened.push({ callSid, phone });
  return { callSid, phone };
}

/** A stream that was admitted: its session at the model is there. */
async function talking(callSid = newCallSid(), token = tokenFor(callSid)) {
  const { phone } = await open(callSid);
  const sessionIndex = openai.sessions.length;
  phone.send(connected);
  phone.send(startMessage(callSid, token));
  await expect.poll(() => openai.sessions[sessionIndex]?.realtime.received()["session.update"]).toBe(1);
  const session = openai.sessions[sessionIndex];
  if (session === undefined) throw new Error("no session");
  return { callSid, phone, session };
}

const appendCount = (session: { realtime: { received(): Record<string, number> } }): number =>
  session.realtime.received()["input_audio_buffer.append"] ?? 0;

describe("what the Worker answers on its routes", () => {
  const callSid = newCallSid();
  test.each([
    ["GET", "/health", 200],
    ["GET", "/", 200],
    ["GET", "/nothing", 404],
    ["GET", `/websocket/${callSid}`, 426],
    ["GET", "/websocket/CA123", 404],
    ["GET", `/websocket/${callSid}/more`, 404],
    ["GET", "/websocket/", 404],
    ["GET", `/calls/${callSid}/verdict`, 401],
    ["GET", "/calls/CA123/verdict", 404],
    ["POST", `/calls/${callSid}/verdict`, 405],
    ["DELETE", "/", 405],
  ])("%s %s: %i", async (method, path, status) => {
    const response = await fetch(worker.url + path, { method });
    expect(response.status).toBe(status);
    expect(await response.text()).not.toMatch(/at .*\(|Error:/);
  });

  test("health tells the version, and whether the model's address answers", async () => {
    const health = await (await fetch(`${worker.url}/health`)).json();
    expect(health).toMatchObject({ status: "ok", model: { name: "gpt-realtime-2.1", reachable: true } });
  });

  test("the verdict is told to whom holds the secret, and to nobody else", async () => {
    const path = `/calls/${callSid}/verdict`;
    const ask = (signature: string) => fetch(worker.url + path, { headers: { [linkSignatureHeader]: signature } });
    const request = { method: "GET", path };
    const good = await ask(signLinkRequest(linkSecret(account), request, Date.now()));
    expect([good.status, await good.json()]).toEqual([200, { verdict: "fallback" }]);
    for (const bad of [
      signLinkRequest("another secret", request, Date.now()),
      signLinkRequest(linkSecret(account), request, Date.now() - 3_600_000),
      signLinkRequest(linkSecret(account), { method: "GET", path: "/calls/else/verdict" }, Date.now()),
      "nonsense",
    ])
      expect((await ask(bad)).status).toBe(403);
  });
});

const sign = (url: string, token = account.TWILIO_AUTH_TOKEN): string => getExpectedTwilioSignature(token, url, {});

describe("who may open a stream", () => {
  test.each([
    ["the ws form of the URL is signed", (url: string) => sign(url.replace("http", "ws")), 101],
    ["the ws form with a slash at its end", (url: string) => sign(`${url.replace("http", "ws")}/`), 101],
    ["the http form of the URL is signed", (url: string) => sign(url), 403],
    ["another call's URL is signed", (url: string) => sign(url.replace("http", "ws").replace(/..$/, "00")), 403],
    ["another account signs", (url: string) => sign(url.replace("http", "ws"), "another token"), 403],
    ["the signature is empty", () => "", 403],
    ["the signature is no base64", () => "ÿÿ%%", 403],
  ])("%s", async (_, signature, status) => {
    const url = `${worker.url}/websocket/${newCallSid()}`;
    const answer = await tryUpgrade(url, { "x-twilio-signature": encodeURI(signature(url)).replaceAll("%25", "%") });
    expect(answer.status).toBe(status);
  });

  test("without a signature: 401, and no object of a call is touched", async () => {
    const answer = await tryUpgrade(`${worker.url}/websocket/${newCallSid()}`, {});
    expect(answer).toEqual({ status: 401, body: "The X-Twilio-Signature header is missing.\n" });
  });
});

describe("a stream must show its token", () => {
  const other = newCallSid();
  test.each<[string, (callSid: ReturnType<typeof newCallSid>) => string, string]>([
    ["no token", (callSid) => startMessage(callSid, undefined), "token missing"],
    ["nonsense", (callSid) => startMessage(callSid, "nonsense"), "token malformed"],
    ["another call's token", (callSid) => startMessage(callSid, tokenFor(other)), "token forged"],
    ["an old token", (callSid) => startMessage(callSid, tokenFor(callSid, Date.now() - 3_600_000)), "token expired"],
    ["a start of another call", () => startMessage(other, tokenFor(other)), "not this call"],
    [
      "a start of another account",
      (callSid) => startMessage(callSid, tokenFor(callSid), { accountSid: "AC1" }),
      "not this call",
    ],
    [
      "audio that is not telephone audio",
      (callSid) =>
        startMessage(callSid, tokenFor(callSid), {
          mediaFormat: { encoding: "audio/l16", sampleRate: 16_000, channels: 1 },
        }),
      "audio is not audio/x-mulaw, 8000 Hz, mono",
    ],
  ])("%s is refused with 1008, and no model is dialled", async (_, message, reason) => {
    const sessionCount = openai.sessions.length;
    const { callSid, phone } = await open();
    phone.send(connected);
    phone.send(message(callSid));
    expect(await phone.closed).toEqual({ code: 1008, reason });
    expect(openai.sessions.length).toBe(sessionCount);
  });

  test("a socket that never starts is closed after five seconds, whatever it sends", async () => {
    const { phone } = await open();
    const openedAtMs = performance.now();
    phone.send(connected);
    const chatter = setInterval(() => phone.send(mediaMessage()), 100);
    expect(await phone.closed).toEqual({ code: 1008, reason: "no start message in time" });
    clearInterval(chatter);
    expect(performance.now() - openedAtMs).toBeGreaterThan(4_500);
  });

  test("a token is good once: a second stream with it is refused, also after the first has closed", async () => {
    const callSid = newCallSid();
    const token = tokenFor(callSid);
    const first = await talking(callSid, token);
    first.phone.send(stopMessage(callSid));
    await first.phone.closed;
    const { phone } = await open(callSid);
    phone.send(startMessage(callSid, token));
    expect(await phone.closed).toEqual({ code: 1008, reason: "token already used" });
  });
});

describe("one stream a call", () => {
  test("a second stream is refused while the first one lives, and the first one is not disturbed", async () => {
    const { callSid, phone, session } = await talking();
    const frames = setInterval(() => phone.send(mediaMessage()), 20);
    await pause(100);
    const second = await open(callSid);
    second.phone.send(startMessage(callSid, tokenFor(callSid, Date.now() + 1)));
    expect(await second.phone.closed).toEqual({ code: 1008, reason: "another stream of this call is live" });
    const before = appendCount(session);
    await expect.poll(() => appendCount(session)).toBeGreaterThan(before);
    clearInterval(frames);
    expect(session.isOpen()).toBe(true);
  });

  test("a fresh token takes over after the first stream has closed", async () => {
    const { callSid, phone, session } = await talking();
    const sessionCount = openai.sessions.length;
    phone.terminate();
    const again = await open(callSid);
    again.phone.send(startMessage(callSid, tokenFor(callSid, Date.now() + 1)));
    again.phone.send(mediaMessage());
    const before = appendCount(session);
    await expect.poll(() => appendCount(session)).toBeGreaterThan(before);
    // The same conversation goes on.
    expect(openai.sessions.length).toBe(sessionCount);
  });

  test("a fresh token takes over from a stream that has sent no frame for three seconds", async () => {
    const { callSid, phone, session } = await talking();
    await pause(3_200);
    const again = await open(callSid);
    again.phone.send(startMessage(callSid, tokenFor(callSid, Date.now() + 1)));
    again.phone.send(mediaMessage());
    expect((await phone.closed).code).toBe(1000);
    await expect.poll(() => appendCount(session)).toBeGreaterThan(0);
    expect(session.isOpen()).toBe(true);
  });
});

describe("a stream that misbehaves", () => {
  test("garbage, bytes and a megabyte are dropped and counted; the call goes on, and so does the one beside it", async () => {
    const [bad, good] = [await talking(), await talking()];
    const goodFrames = setInterval(() => good.phone.send(mediaMessage()), 20);
    const rubbish = ["", "hello", "{", "[]", "null", '{"event":"media"}', '{"event":"tomorrow"}'];
    for (const message of rubbish) bad.phone.send(message);
    bad.phone.send(new Uint8Array(100));
    bad.phone.send(`{"event":"media","media":{"payload":"${"A".repeat(1_000_000)}"}}`);
    bad.phone.send(startMessage(bad.callSid, tokenFor(bad.callSid, Date.now() + 1)));
    bad.phone.send(mediaMessage());
    await expect.poll(() => appendCount(bad.session)).toBe(1);
    await expect.poll(() => appendCount(good.session)).toBeGreaterThan(10);
    clearInterval(goodFrames);
    bad.phone.send(stopMessage(bad.callSid));
    await expect
      .poll(() => worker.logLines.find(isFaultsOf(bad.callSid)))
      .toMatchObject({
        "stream not-json": 5,
        "stream malformed": 1,
        "stream unknown-event": 1,
        "stream binary": 1,
        "stream too-large": 1,
        "stream second start": 1,
      });
  });

  test("media before start is dropped, and start is still taken", async () => {
    const callSid = newCallSid();
    const { phone } = await open(callSid);
    const sessionIndex = openai.sessions.length;
    for (let count = 0; count < 10; count += 1) phone.send(mediaMessage());
    phone.send(startMessage(callSid, tokenFor(callSid)));
    phone.send(mediaMessage());
    await expect.poll(() => openai.sessions[sessionIndex]?.realtime.received()["input_audio_buffer.append"]).toBe(1);
  });

  test("stop twice ends the call once, and nothing is sent after it", async () => {
    const { callSid, phone, session } = await talking();
    phone.send(stopMessage(callSid));
    phone.send(stopMessage(callSid));
    expect((await phone.closed).code).toBe(1000);
    await expect.poll(() => session.isOpen()).toBe(false);
    expect(
      worker.logLines.filter((line) => line["event"] === "call.ended" && line["callSid"] === callSid),
    ).toHaveLength(1);
  });
});

const isFaultsOf =
  (callSid: string) =>
  (line: Record<string, unknown>): boolean =>
    line["callSid"] === callSid && line["event"] === "faults";
