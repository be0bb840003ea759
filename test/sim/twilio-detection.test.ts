import { describe, expect, test } from "vitest";
import type { CalledPhone, Detected } from "../../sim/twilio/call/called-phone.ts";
import { callOf, callOut, callerNumber, codes, nowhere, ourNumber, patience, startAccount } from "./twilio-account.ts";
import { startApp, twiml } from "./twilio-app.ts";
import { sdk } from "./twilio-sdk.ts";

const person = (detected: Detected = {}): CalledPhone => ({ does: "pick-up", ringMs: 10, script: [], detected });
const machine = (detected: Detected = {}): CalledPhone => ({
  does: "take-message",
  ringMs: 10,
  greeting: "not here",
  detected,
});

async function appAndAccount(called: CalledPhone, body = '<Pause length="3"/>') {
  const app = await startApp({ answers: { "/twiml": () => twiml(body) } });
  const account = await startAccount({ voiceUrl: nowhere }, { phones: { [callerNumber]: called } });
  return { app, account, url: `${app.url}/twiml` };
}

describe("answering machine detection that the document waits for", () => {
  test.each([
    ["human", person({ afterMs: 200 }), "Enable"],
    ["human", person({ afterMs: 200 }), "DetectMessageEnd"],
    ["machine_start", machine({ afterMs: 200 }), "Enable"],
    ["machine_end_beep", machine(), "DetectMessageEnd"],
    ["machine_end_silence", { ...machine(), beeps: false }, "DetectMessageEnd"],
    ["machine_end_other", machine({ answeredBy: "machine_end_other", afterMs: 50 }), "DetectMessageEnd"],
    ["fax", person({ answeredBy: "fax", afterMs: 50 }), "Enable"],
    ["unknown", person({ answeredBy: "unknown", afterMs: 50 }), "Enable"],
    ["machine_start", person({ answeredBy: "machine_start", afterMs: 50 }), "Enable"],
  ] as const)("says %s", async (answeredBy, called, machineDetection) => {
    const { app, account, url } = await appAndAccount(called, "<Hangup/>");
    const { callSid, log } = await callOut(account, { url, machineDetection });
    expect(app.to("/twiml")).toMatchObject([{ form: { AnsweredBy: answeredBy, CallStatus: "in-progress" } }]);
    expect(log).toContainEqual(expect.objectContaining({ kind: "detection", answeredBy }));
    expect((await sdk(account).calls(callSid).fetch()).answeredBy).toBe(answeredBy);
  });

  test("says human a second and a half after the answer unless told otherwise", async () => {
    const { account, url } = await appAndAccount(person(), "<Hangup/>");
    const { log, answeredAtMs = Number.NaN } = await callOut(account, { url, machineDetection: "Enable" });
    const asked = log.find(({ kind }) => kind === "detection");
    expect((asked?.atMs ?? 0) - answeredAtMs).toBeGreaterThanOrEqual(1_450);
  });

  test("says that a message can be left only when the beep is over", async () => {
    const { account, url } = await appAndAccount(machine(), "<Hangup/>");
    const { log, answeredAtMs = Number.NaN } = await callOut(account, { url, machineDetection: "DetectMessageEnd" });
    const found = log.find(({ kind }) => kind === "detection");
    // Breath, eight letters, breath, beep; timers of a real clock may fire a millisecond early.
    expect((found?.atMs ?? 0) - answeredAtMs).toBeGreaterThanOrEqual(500 + 480 + 500 + 500 - 2);
  });

  test("gives up after its timeout and says unknown", async () => {
    const { app, account, url } = await appAndAccount(person({ afterMs: 60_000 }), "<Hangup/>");
    await callOut(account, { url, machineDetection: "Enable", machineDetectionTimeout: 1 });
    expect(app.to("/twiml")).toMatchObject([{ form: { AnsweredBy: "unknown" } }]);
  });

  test("is left out when keys are sent", async () => {
    const { app, account, url } = await appAndAccount(person(), "<Hangup/>");
    await callOut(account, { url, machineDetection: "Enable", sendDigits: "1" });
    expect(app.to("/twiml")[0]?.form).not.toHaveProperty("AnsweredBy");
  });

  test("is nothing that can be misspelt", async () => {
    const { account, url } = await appAndAccount(person());
    await expect(
      sdk(account).calls.create({ to: callerNumber, from: ourNumber, url, machineDetection: "enable" }),
    ).rejects.toMatchObject({ status: 400 });
  });
});

describe("answering machine detection beside the call", () => {
  test("lets the document run at once, and tells its callback what it found and how long it took", async () => {
    const { app, account, url } = await appAndAccount(person({ afterMs: 300 }), '<Pause length="1"/>');
    const { callSid, log } = await callOut(account, {
      url,
      machineDetection: "Enable",
      asyncAmd: "true",
      asyncAmdStatusCallback: `${app.url}/amd`,
    });
    expect(app.to("/twiml")[0]?.form).not.toHaveProperty("AnsweredBy");
    expect(app.to("/amd")).toMatchObject([
      {
        method: "POST",
        isSigned: true,
        form: { CallSid: callSid, AnsweredBy: "human", MachineDetectionDuration: "300" },
      },
    ]);
    const kinds = log.map(({ kind }) => kind);
    expect(kinds.indexOf("verb")).toBeLessThan(kinds.indexOf("detection"));
    expect(codes(log, "warning")).toEqual([]);
  });

  test("goes on when the call is given something else to do", async () => {
    const { app, account, url } = await appAndAccount(person({ afterMs: 600 }), '<Pause length="60"/>');
    const { sid } = await sdk(account).calls.create({
      to: callerNumber,
      from: ourNumber,
      url,
      machineDetection: "Enable",
      asyncAmd: "true",
      asyncAmdStatusCallback: `${app.url}/amd`,
      asyncAmdStatusCallbackMethod: "GET",
    });
    await expect.poll(() => app.to("/twiml").length, patience).toBe(1);
    await sdk(account).calls(sid).update({ twiml: '<Response><Pause length="1"/></Response>' });
    await callOf(account, sid).ended;
    expect(app.to("/amd")).toMatchObject([{ method: "GET", query: { AnsweredBy: "human" }, isSigned: true }]);
  });

  test("without a callback is warning 21262, and the answer is in the call's resource", async () => {
    const { account, url } = await appAndAccount(person({ afterMs: 50 }), '<Pause length="1"/>');
    const { callSid, log } = await callOut(account, { url, machineDetection: "Enable", asyncAmd: "true" });
    expect(codes(log, "warning")).toEqual([21262]);
    expect((await sdk(account).calls(callSid).fetch()).answeredBy).toBe("human");
  });

  test("tells nothing when the call is over before", async () => {
    const { app, account, url } = await appAndAccount(person({ afterMs: 60_000 }), "<Hangup/>");
    await callOut(account, {
      url,
      machineDetection: "Enable",
      asyncAmd: "true",
      asyncAmdStatusCallback: `${app.url}/amd`,
    });
    expect(app.to("/amd")).toEqual([]);
  });
});
