import { describe, expect, test } from "vitest";
import { type Clock, realClock } from "../../sim/clock.ts";
import { hum } from "../../sim/voice/hum.ts";
import {
  callOf,
  callOut,
  callUp,
  callerNumber,
  codes,
  heardAtMs,
  nowhere,
  ourNumber,
  startAccount,
} from "./twilio-account.ts";
import { startApp, twiml } from "./twilio-app.ts";
import { sdk } from "./twilio-sdk.ts";

const call = { to: callerNumber, from: ourNumber, twiml: '<Response><Pause length="60"/></Response>' };

describe("a number is refused", () => {
  test.each([
    ["+15005550001", 21217],
    ["+15005550002", 21214],
    ["+15005550003", 21215],
    ["+15005550004", 21216],
  ])("%s with %i, as in Twilio's tests", async (to, code) => {
    const account = await startAccount({ voiceUrl: nowhere });
    await expect(sdk(account).calls.create({ ...call, to })).rejects.toMatchObject({
      status: 400,
      code,
      moreInfo: `https://www.twilio.com/docs/errors/${code}`,
    });
    expect(account.calls()).toEqual([]);
  });

  test("with whatever code was ordered for it", async () => {
    const account = await startAccount({ voiceUrl: nowhere }, { refusals: { [callerNumber]: 21214 } });
    await expect(sdk(account).calls.create(call)).rejects.toMatchObject({ code: 21214 });
  });

  test("with 21215 where geographic permissions do not reach", async () => {
    const account = await startAccount({ voiceUrl: nowhere }, { geoPermissions: ["+1", "+49"] });
    await expect(sdk(account).calls.create({ ...call, to: "+447700900123" })).rejects.toMatchObject({ code: 21215 });
    await sdk(account).calls.create(call);
  });

  test.each([
    [{ timeout: -1 }, 20001],
    [{ sendDigits: "press 1" }, 21502],
    [{ sendDigits: "1".repeat(33) }, 21502],
    [{ statusCallbackEvent: ["hung-up"], statusCallback: "https://x/y" }, 21626],
  ])("when %j does not make sense", async (parameters, code) => {
    const account = await startAccount({ voiceUrl: nowhere });
    const wrong = Object.assign({}, call, parameters);
    await expect(sdk(account).calls.create(wrong)).rejects.toMatchObject({ code });
  });
});

describe("the API is busy", () => {
  test("as often as was ordered, and then it is not", async () => {
    const account = await startAccount({ voiceUrl: nowhere });
    account.refuseNext(20429, 20003);
    await expect(sdk(account).calls.create(call)).rejects.toMatchObject({ status: 429, code: 20429 });
    await expect(sdk(account).calls.list()).rejects.toMatchObject({ status: 401, code: 20003 });
    expect((await sdk(account).calls.create(call)).status).toBe("queued");
    expect(account.calls()).toHaveLength(1);
  });

  test("with as many calls as the account may have at once", async () => {
    const account = await startAccount({ voiceUrl: nowhere }, { mostCalls: 1 });
    const { sid } = await sdk(account).calls.create(call);
    await expect(sdk(account).calls.create(call)).rejects.toMatchObject({ code: 10004 });
    callOf(account, sid).end("completed");
    await sdk(account).calls.create(call);
  });
});

describe("a trial account", () => {
  const trial = { verified: [callerNumber] };

  test("calls verified numbers alone", async () => {
    const account = await startAccount({ voiceUrl: nowhere }, { trial });
    await expect(sdk(account).calls.create({ ...call, to: "+15559990000" })).rejects.toMatchObject({ code: 21219 });
    await sdk(account).calls.create(call);
  });

  test("dials verified numbers alone", async () => {
    const app = await startApp({ answers: { "/twiml": () => twiml("<Dial>+15559990000</Dial>") } });
    const account = await startAccount({ voiceUrl: `${app.url}/twiml` }, { trial });
    expect(codes((await callUp(account, [])).log, "error")).toEqual([21219]);
  });

  test("may show a verified number as the caller's", async () => {
    const account = await startAccount({ voiceUrl: nowhere }, { trial });
    expect((await sdk(account).calls.create({ ...call, from: callerNumber })).from).toBe(callerNumber);
  });

  test("has one call at once", async () => {
    const account = await startAccount({ voiceUrl: nowhere }, { trial });
    await sdk(account).calls.create(call);
    await expect(sdk(account).calls.create(call)).rejects.toMatchObject({ code: 10004 });
  });

  test("is heard to be one at the beginning of an outbound call, and the log says what is not certain", async () => {
    const account = await startAccount(
      { voiceUrl: nowhere },
      { trial, speak: async (text) => hum(text.slice(0, 5), "twilio") },
    );
    const { phone, log } = await callOut(account, { twiml: "<Response><Say>Hello</Say></Response>" });
    expect(heardAtMs(phone, hum("You h", "twilio"))).toBeGreaterThanOrEqual(0);
    expect(heardAtMs(phone, hum("Hello", "twilio"))).toBeGreaterThan(heardAtMs(phone, hum("You h", "twilio")));
    expect(log).toContainEqual(
      expect.objectContaining({ kind: "note", message: expect.stringContaining("trial notice is unverified") }),
    );
  });

  test("has its calls ended after ten minutes, with 13805", async () => {
    const asked: number[] = [];
    /** Ten minutes pass in a moment, and nothing else does. */
    const clock: Clock = {
      nowMs: () => realClock.nowMs(),
      after(delayMs, task) {
        if (delayMs >= 600_000) asked.push(delayMs);
        return realClock.after(delayMs >= 600_000 ? 100 : delayMs, task);
      },
    };
    const account = await startAccount({ voiceUrl: nowhere }, { trial, clock });
    const { facts, log } = await callOut(account, { ...call, timeLimit: 3_600 });
    expect(asked).toEqual([600_000]);
    expect(facts.status).toBe("completed");
    expect(codes(log, "error")).toEqual([13805]);
  });
});
