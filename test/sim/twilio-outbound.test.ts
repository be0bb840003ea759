import { describe, expect, test } from "vitest";
import type { CalledPhone } from "../../sim/twilio/call/called-phone.ts";
import { messageAfterBeep } from "../../sim/twilio/call/called-phone.ts";
import { hum } from "../../sim/voice/hum.ts";
import {
  callOf,
  callOut,
  callerNumber,
  heardAtMs,
  nowhere,
  ourNumber,
  patience,
  startAccount,
  verbs,
} from "./twilio-account.ts";
import { type App, greet, startApp, twiml } from "./twilio-app.ts";
import { sdk } from "./twilio-sdk.ts";

const everyEvent = ["initiated", "ringing", "answered", "completed"];

async function appAndAccount(called: CalledPhone, body = "<Hangup/>") {
  const app = await startApp({ answers: { "/twiml": () => twiml(body) } });
  const account = await startAccount({ voiceUrl: nowhere }, { phones: { [callerNumber]: called } });
  const webhooks = { url: `${app.url}/twiml`, statusCallback: `${app.url}/status`, statusCallbackEvent: everyEvent };
  return { app, account, webhooks };
}

/** What the status callbacks said, in the order in which Twilio numbered them. */
const statuses = (app: App): (string | undefined)[] =>
  app
    .to("/status")
    .toSorted((a, b) => Number(a.form["SequenceNumber"]) - Number(b.form["SequenceNumber"]))
    .map(({ form }) => form["CallStatus"]);

describe("a phone that is called", () => {
  test("picks up after it has rung, and its status is told four times, numbered and dated", async () => {
    const script = [{ step: "wait-for-quiet", quietMs: 100 }, { step: "hang-up" }] as const;
    const { app, account, webhooks } = await appAndAccount(
      { does: "pick-up", ringMs: 50, script },
      '<Say>Hi</Say><Pause length="60"/>',
    );
    const { facts, phone, callSid } = await callOut(account, webhooks);
    expect(facts.status).toBe("completed");
    expect(heardAtMs(phone, hum("Hi", "twilio"))).toBeGreaterThanOrEqual(0);
    expect(statuses(app)).toEqual(["initiated", "ringing", "in-progress", "completed"]);
    for (const { form, isSigned } of app.to("/status")) {
      expect(isSigned).toBe(true);
      expect(form).toMatchObject({
        CallSid: callSid,
        Direction: "outbound-api",
        CallbackSource: "call-progress-events",
      });
      expect(Date.parse(form["Timestamp"] ?? "")).not.toBeNaN();
    }
    const completed = app.to("/status").find(({ form }) => form["CallStatus"] === "completed");
    expect(completed?.form).toMatchObject({ CallDuration: "1", SipResponseCode: "200" });
  });

  test.each([
    [{ does: "be-busy" }, "busy", ["initiated", "busy"], "486"],
    [{ does: "be-unreachable" }, "failed", ["initiated", "failed"], "404"],
    [{ does: "ring-out" }, "no-answer", ["initiated", "ringing", "no-answer"], "487"],
    [{ does: "pick-up", ringMs: 60_000, script: [] }, "no-answer", ["initiated", "ringing", "no-answer"], "487"],
  ] as const)("%j ends as %s, without a document", async (called, status, told, sipCode) => {
    const { app, account, webhooks } = await appAndAccount(called);
    const { facts, phone } = await callOut(account, { ...webhooks, timeout: 1 });
    expect(facts.status).toBe(status);
    expect(phone).toBeUndefined();
    expect(statuses(app)).toEqual(told);
    expect(app.to("/twiml")).toEqual([]);
    expect(app.to("/status").find(({ form }) => form["CallStatus"] === status)?.form).toMatchObject({
      CallDuration: "0",
      SipResponseCode: sipCode,
    });
  });

  test("rings for as long as it was asked to, and no longer", async () => {
    const { account, webhooks } = await appAndAccount({ does: "ring-out" });
    const { log } = await callOut(account, { ...webhooks, timeout: 1 });
    const atMs = (status: string): number =>
      log.find((entry) => entry.kind === "status" && entry.status === status)?.atMs ?? Number.NaN;
    expect(atMs("no-answer") - atMs("ringing")).toBeGreaterThanOrEqual(998);
  });

  test("can be let go while it rings, which is told as canceled", async () => {
    const { app, account, webhooks } = await appAndAccount({ does: "ring-out" });
    const { sid } = await sdk(account).calls.create({ to: callerNumber, from: ourNumber, ...webhooks });
    await expect.poll(() => callOf(account, sid).facts.status, patience).toBe("ringing");
    await sdk(account).calls(sid).update({ status: "canceled" });
    await callOf(account, sid).ended;
    expect(statuses(app)).toEqual(["initiated", "ringing", "canceled"]);
  });

  test("tells the end alone when nothing else was asked for", async () => {
    const { app, account } = await appAndAccount({ does: "be-busy" });
    await callOut(account, { twiml: "<Response/>", statusCallback: `${app.url}/status` });
    expect(statuses(app)).toEqual(["busy"]);
  });

  test("hears the keys that are sent as soon as it has picked up, and reacts to them", async () => {
    const script = [
      { step: "wait-for-digits", digits: "12" },
      { step: "say", text: "extension" },
      { step: "hang-up" },
    ] as const;
    const { account } = await appAndAccount({ does: "pick-up", ringMs: 10, script });
    const { phone } = await callOut(account, { sendDigits: "w12", twiml: '<Response><Pause length="60"/></Response>' });
    expect(Buffer.from(phone?.recording.caller() ?? []).indexOf(hum("extension", "caller"))).toBeGreaterThan(0);
  });
});

test("a conversation is left for keys that lead through a menu, and taken up again in another stream", async () => {
  const menu = [
    { step: "wait-for-agent" },
    {
      step: "menu",
      choices: { "1": [{ step: "say", text: "sales" }], "2": [{ step: "say", text: "support ".repeat(30) }] },
    },
    { step: "pause", ms: 60_000 },
  ] as const;
  const starts: string[] = [];
  let heard = Buffer.alloc(0);
  const app = await startApp({
    onStream(socket) {
      greet(socket, hum("hello", "assistant"));
      socket.on("message", (data: Buffer) => {
        const message: { event: string; streamSid: string; media?: { payload: string } } = JSON.parse(data.toString());
        if (message.event === "start") starts.push(message.streamSid);
        heard = Buffer.concat([heard, Buffer.from(message.media?.payload ?? "", "base64")]);
      });
    },
  });
  const account = await startAccount(
    { voiceUrl: nowhere },
    { phones: { [callerNumber]: { does: "pick-up", ringMs: 10, script: menu } } },
  );
  const connect = `<Connect><Stream url="${app.wsUrl}/s"/></Connect>`;
  const { sid } = await sdk(account).calls.create({
    to: callerNumber,
    from: ourNumber,
    twiml: `<Response>${connect}</Response>`,
  });
  await expect.poll(() => starts.length, patience).toBe(1);
  await sdk(account)
    .calls(sid)
    .update({ twiml: `<Response><Pause length="1"/><Play digits="2"/>${connect}</Response>` });
  await expect.poll(() => starts.length, patience).toBe(2);
  await expect.poll(() => heard.indexOf(hum("support", "caller")) >= 0, patience).toBe(true);
  expect(new Set(starts).size).toBe(2);
  callOf(account, sid).end("completed");
  const { streams } = await callOf(account, sid).ended;
  expect(streams.map(({ streamSid }) => streamSid)).toEqual(starts);
});

describe("an answering machine", () => {
  const machine: CalledPhone = { does: "take-message", ringMs: 10, greeting: "not here" };

  test("greets in its own voice, beeps, and keeps the whole message", async () => {
    const { account, webhooks } = await appAndAccount(machine, "<Say>call me back</Say>");
    const { phone } = await callOut(account, { ...webhooks, machineDetection: "DetectMessageEnd" });
    const said = Buffer.from(phone?.recording.caller() ?? []);
    expect(said.indexOf(hum("not here", "machine"))).toBeGreaterThan(0);
    const message = phone && messageAfterBeep(phone.recording);
    expect(Buffer.from(message ?? []).indexOf(hum("call me back", "twilio"))).toBeGreaterThanOrEqual(0);
  });

  test("has not heard what was said before its beep", async () => {
    const { account, webhooks } = await appAndAccount(machine, '<Say>hey</Say><Pause length="3"/>');
    const { phone } = await callOut(account, webhooks);
    const message = phone && messageAfterBeep(phone.recording);
    expect(message?.every((byte) => byte === 0xff)).toBe(true);
    expect(heardAtMs(phone, hum("hey", "twilio"))).toBeGreaterThanOrEqual(0);
  });

  test("hangs up when the message is too long", async () => {
    const { account, webhooks } = await appAndAccount(
      { ...machine, greeting: "a", atMostMs: 100 },
      '<Pause length="60"/><Say>never</Say>',
    );
    const { log } = await callOut(account, webhooks);
    expect(verbs(log)).toEqual(["Pause"]);
  });
});
