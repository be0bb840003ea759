import { describe, expect, test } from "vitest";
import type { PhoneStep } from "../../sim/phone/step.ts";
import { ringbackTone } from "../../sim/twilio/line/announcement.ts";
import { dtmfTones } from "../../sim/twilio/line/dtmf-tones.ts";
import { hum } from "../../sim/voice/hum.ts";
import {
  callOut,
  callUp,
  callerNumber,
  codes,
  heardAtMs,
  nowhere,
  ourNumber,
  patience,
  startAccount,
  verbs,
} from "./twilio-account.ts";
import { childOf, colleague, dial, dialling, hangUp, picksUp } from "./twilio-dialling.ts";
import { sdk } from "./twilio-sdk.ts";

const stranger = "+15556660000";

describe("a call that is put through", () => {
  test("lets both sides hear each other, ends when the called side hangs up, and the action is told", async () => {
    const { app, account } = await dialling(
      picksUp([{ step: "say", text: "colleague" }, { step: "wait-for-quiet", quietMs: 100 }, hangUp]),
      dial(),
    );
    // Ringing has stopped, or the colleague was heard: either way the two are joined.
    const script: PhoneStep[] = [
      { step: "wait-for-quiet", quietMs: 500 },
      { step: "say", text: "caller" },
    ];
    const { callSid, recording, log } = await callUp(account, script);
    const child = await childOf(account)?.ended;
    expect(heardAtMs(child?.phone, hum("caller", "caller"))).toBeGreaterThanOrEqual(0);
    expect(Buffer.from(recording.agent()).indexOf(hum("colleague", "person"))).toBeGreaterThanOrEqual(0);
    expect(child?.facts).toMatchObject({
      parentSid: callSid,
      direction: "outbound-dial",
      from: callerNumber,
      to: colleague,
      status: "completed",
    });
    expect(app.to("/dialled")).toMatchObject([
      {
        isSigned: true,
        form: {
          CallSid: callSid,
          CallStatus: "in-progress",
          DialCallStatus: "completed",
          DialCallSid: child?.facts.sid,
          DialCallDuration: expect.stringMatching(/^[1-9]\d*$/),
          DialBridged: "true",
        },
      },
    ]);
    expect(verbs(log)).toEqual(["Dial", "Say"]);
  });

  test("is a call of its own in the API, with its parent's SID", async () => {
    const { account } = await dialling(picksUp([hangUp]), dial());
    const { callSid } = await callUp(account, []);
    const children = await sdk(account).calls.list({ parentCallSid: callSid });
    expect(children).toMatchObject([{ parentCallSid: callSid, direction: "outbound-dial", status: "completed" }]);
  });

  test("ends with the caller: the called side is hung up, and the action is asked in vain", async () => {
    const { app, account } = await dialling(picksUp([{ step: "say", text: "hello" }]), dial());
    const { facts, log } = await callUp(account, [{ step: "wait-for-quiet", quietMs: 500 }, hangUp]);
    expect(facts.status).toBe("completed");
    expect((await childOf(account)?.ended)?.facts.status).toBe("completed");
    expect(app.to("/dialled")).toMatchObject([{ form: { CallStatus: "completed", DialCallStatus: "completed" } }]);
    expect(verbs(log)).toEqual(["Dial"]);
  });

  test("is answered only when it is put through, where that is asked for", async () => {
    const { account } = await dialling(picksUp([hangUp], 500), dial('answerOnBridge="true"'));
    const { log, recording } = await callUp(account, []);
    const child = await childOf(account)?.ended;
    const answered = log.findIndex((entry) => entry.kind === "status" && entry.status === "in-progress");
    expect(log.slice(0, answered).map(({ kind }) => kind)).toEqual(["request", "verb"]);
    expect(child?.facts.answeredAt?.getTime()).toBeLessThanOrEqual(
      account
        .calls()
        .find(({ facts }) => facts.parentSid === undefined)
        ?.facts.answeredAt?.getTime() ?? 0,
    );
    expect(Buffer.from(recording.agent()).indexOf(ringbackTone.subarray(0, 160))).toBe(-1);
  });

  test("hears the phone ring until then, where it was answered before", async () => {
    const { account } = await dialling(
      picksUp([{ step: "say", text: "yes" }, { step: "pause", ms: 100 }, hangUp], 500),
      dial(),
    );
    const { recording } = await callUp(account, []);
    const agent = Buffer.from(recording.agent());
    const ringingAt = agent.indexOf(ringbackTone.subarray(0, 1_600));
    expect(ringingAt).toBeGreaterThanOrEqual(0);
    expect(agent.indexOf(hum("yes", "person"))).toBeGreaterThan(ringingAt);
  });

  test("shows the caller ID that the document gives, when it is the account's", async () => {
    const { account } = await dialling(picksUp([hangUp]), dial(`callerId="${ourNumber}"`));
    await callUp(account, []);
    expect(childOf(account)?.facts.from).toBe(ourNumber);
  });

  test("passes keys on as tones, and ends at a star where that is asked for", async () => {
    const script = [
      { step: "wait-for-digits", digits: "7" },
      { step: "say", text: "seven" },
    ] as const;
    const { app, account } = await dialling(picksUp(script, 300), dial('hangupOnStar="true"'));
    const { recording } = await callUp(account, [
      { step: "wait-for-quiet", quietMs: 500 },
      { step: "press", digits: "7" },
      { step: "wait-for-agent", spokenMs: 200 },
      { step: "press", digits: "*" },
    ]);
    expect(Buffer.from(recording.agent()).indexOf(hum("se", "person"))).toBeGreaterThan(0);
    expect(app.to("/dialled")).toMatchObject([{ form: { DialCallStatus: "completed", CallStatus: "in-progress" } }]);
  });

  test("sends the called side keys first, where a number has some", async () => {
    const script = [{ step: "wait-for-digits", digits: "12" }, hangUp] as const;
    const number = `<Number sendDigits="w12">${colleague}</Number>`;
    const { app, account } = await dialling(picksUp(script), dial("", number));
    const { recording } = await callUp(account, []);
    expect(app.to("/dialled")).toHaveLength(1);
    expect(Buffer.from(recording.agent()).indexOf(dtmfTones("1"))).toBe(-1);
  });

  test("ends at the verb's time limit", async () => {
    const { app, account } = await dialling(picksUp([]), dial('timeLimit="1"'));
    const { log } = await callUp(account, []);
    expect(app.to("/dialled")).toMatchObject([{ form: { DialCallStatus: "completed", DialBridged: "true" } }]);
    expect(verbs(log)).toEqual(["Dial", "Say"]);
  });

  test("is parted when the caller's call is given something else to do", async () => {
    const { app, account } = await dialling(picksUp([]), dial());
    const { callSid, ended } = await account.inboundCall({ from: callerNumber, to: ourNumber, script: [] });
    await expect.poll(() => childOf(account)?.facts.status, patience).toBe("in-progress");
    await sdk(account).calls(callSid).update({ twiml: "<Response><Say>elsewhere</Say></Response>" });
    expect(verbs((await ended).log)).toEqual(["Dial", "Say"]);
    expect((await childOf(account)?.ended)?.facts.status).toBe("completed");
    expect(app.to("/dialled")).toEqual([]);
  });

  test("lets the called side go elsewhere: the caller's document goes on", async () => {
    const { app, account } = await dialling(picksUp([]), dial());
    const { ended } = await account.inboundCall({ from: callerNumber, to: ourNumber, script: [] });
    await expect.poll(() => childOf(account)?.facts.status, patience).toBe("in-progress");
    const child = childOf(account);
    await sdk(account)
      .calls(child?.facts.sid ?? "")
      .update({ twiml: "<Response><Say>survey</Say></Response>" });
    await ended;
    expect(app.to("/dialled")).toMatchObject([{ form: { DialCallStatus: "completed" } }]);
    expect(heardAtMs((await child?.ended)?.phone, hum("survey", "twilio"))).toBeGreaterThanOrEqual(0);
  });
});

describe("a call that cannot be put through", () => {
  test.each([
    [{ does: "be-busy" }, "busy"],
    [{ does: "be-unreachable" }, "failed"],
    [{ does: "ring-out" }, "no-answer"],
  ] as const)("%j: the action is told %s", async (called, status) => {
    const { app, account } = await dialling(called, dial().replace('timeout="5"', 'timeout="1"'));
    const { log } = await callUp(account, []);
    expect(app.to("/dialled")).toMatchObject([{ form: { DialCallStatus: status, DialBridged: "false" } }]);
    expect(verbs(log)).toEqual(["Dial", "Say"]);
  });

  test("goes on with the next verb when there is no action", async () => {
    const { account } = await dialling({ does: "be-busy" }, `<Dial>${colleague}</Dial><Say>next</Say>`);
    expect(verbs((await callUp(account, [])).log)).toEqual(["Dial", "Say"]);
  });

  test("stops ringing at the other end when the caller hangs up first", async () => {
    const { app, account } = await dialling({ does: "ring-out" }, dial());
    await callUp(account, [{ step: "pause", ms: 200 }, hangUp]);
    expect((await childOf(account)?.ended)?.facts.status).toBe("canceled");
    expect(app.to("/dialled")).toMatchObject([{ form: { DialCallStatus: "canceled", CallStatus: "completed" } }]);
  });

  test.each([
    [13224, "to what is not a number", "", "extension 12"],
    [13214, "with a caller ID that is not the account's", 'callerId="+19998887777"', colleague],
    [21214, "to a number that cannot be reached", "", "+15005550002"],
  ])("is error %i %s", async (code, _, attributes, inside) => {
    const { app, account } = await dialling(picksUp([]), dial(attributes, inside));
    const { log } = await callUp(account, []);
    expect(codes(log, "error")).toEqual([code]);
    expect(app.to("/dialled")).toMatchObject([{ form: { DialCallStatus: "failed" } }]);
    expect(childOf(account)).toBeUndefined();
  });
});

describe("a caller who has no number to show", () => {
  test.each(["anonymous", "sip:alice@example.com", "Restricted"])("%s: nobody is called (13214)", async (from) => {
    const { app, account } = await dialling(picksUp([hangUp]), dial());
    const { log } = await (await account.inboundCall({ from, to: ourNumber, script: [] })).ended;
    expect(codes(log, "error")).toEqual([13214]);
    expect(app.to("/dialled")).toMatchObject([{ form: { DialCallStatus: "failed" } }]);
    expect(childOf(account)).toBeUndefined();
  });

  test.each([
    ["anonymous", `callerId="${ourNumber}"`, ourNumber],
    ["client:alice", "", "client:alice"],
  ])("%s with %j is put through as %s", async (from, attributes, shown) => {
    const { account } = await dialling(picksUp([hangUp]), dial(attributes));
    const { log } = await (await account.inboundCall({ from, to: ourNumber, script: [] })).ended;
    expect(codes(log, "error")).toEqual([]);
    expect(childOf(account)?.facts).toMatchObject({ from: shown, status: "completed" });
  });
});

describe("several numbers", () => {
  test("ring at once; the first that picks up is put through, and the other is let go", async () => {
    const { app, account } = await dialling(
      picksUp([], 5_000),
      dial("", `<Number>${colleague}</Number><Number>${stranger}</Number>`),
      {},
      { [stranger]: picksUp([{ step: "pause", ms: 200 }, hangUp], 20) },
    );
    await callUp(account, []);
    const byNumber = new Map(account.calls().map(({ facts }) => [facts.to, facts]));
    expect(byNumber.get(colleague)?.status).toBe("canceled");
    expect(byNumber.get(stranger)?.status).toBe("completed");
    expect(app.to("/dialled")).toMatchObject([{ form: { DialCallSid: byNumber.get(stranger)?.sid } }]);
  });

  test("in nouns that are not simulated are left out, with a note", async () => {
    const { account } = await dialling(picksUp([]), "<Dial><Client>joe</Client></Dial><Say>next</Say>");
    const { log } = await callUp(account, []);
    expect(log).toContainEqual(expect.objectContaining({ kind: "note", message: "Dial Client is not simulated" }));
    expect(verbs(log)).toEqual(["Say"]);
  });
});

test("an outbound call is put through as an inbound one is, and shows the account's number", async () => {
  const phones = { [callerNumber]: picksUp([]), [colleague]: picksUp([{ step: "pause", ms: 100 }, hangUp]) };
  const account = await startAccount({ voiceUrl: nowhere }, { phones });
  await callOut(account, { twiml: `<Response><Dial>${colleague}</Dial></Response>` });
  expect(childOf(account)?.facts).toMatchObject({ from: ourNumber, to: colleague, status: "completed" });
});
