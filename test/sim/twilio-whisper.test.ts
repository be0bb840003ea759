import { describe, expect, test } from "vitest";
import type { PhoneStep } from "../../sim/phone/step.ts";
import { hum } from "../../sim/voice/hum.ts";
import { callUp, codes, heardAtMs } from "./twilio-account.ts";
import { twiml } from "./twilio-app.ts";
import { childOf, colleague, dial, dialling, hangUp, picksUp } from "./twilio-dialling.ts";

const whispering = dial(
  "",
  `<Number url="/whisper" statusCallback="/status" statusCallbackEvent="answered completed">${colleague}</Number>`,
);

describe("a whisper", () => {
  test("is heard by the called side alone, before it is put through", async () => {
    const { app, account } = await dialling(picksUp([{ step: "wait-for-quiet", quietMs: 300 }, hangUp]), whispering, {
      "/whisper": () => twiml("<Say>psst</Say>"),
    });
    const { recording, callSid } = await callUp(account, []);
    const child = await childOf(account)?.ended;
    expect(heardAtMs(child?.phone, hum("psst", "twilio"))).toBeGreaterThanOrEqual(0);
    expect(Buffer.from(recording.agent()).indexOf(hum("psst", "twilio"))).toBe(-1);
    expect(app.to("/whisper")).toMatchObject([
      {
        isSigned: true,
        form: { CallSid: child?.facts.sid, ParentCallSid: callSid, Direction: "outbound-dial", To: colleague },
      },
    ]);
    expect(app.to("/dialled")).toMatchObject([{ form: { DialCallStatus: "completed", DialBridged: "true" } }]);
    expect(new Set(app.to("/status").map(({ form }) => form["CallStatus"]))).toEqual(
      new Set(["in-progress", "completed"]),
    );
  });

  test("that asks for a key puts through whoever presses it", async () => {
    const script: PhoneStep[] = [
      { step: "wait-for-quiet", quietMs: 500 },
      { step: "press", digits: "1" },
      { step: "wait-for-agent" },
      hangUp,
    ];
    const { app, account } = await dialling(picksUp(script), whispering, {
      "/whisper": () => twiml('<Gather numDigits="1" action="/accepted"><Say>press one</Say></Gather><Hangup/>'),
      "/accepted": () => twiml(""),
    });
    await callUp(account, [{ step: "say", text: "is anybody there? ".repeat(20) }]);
    expect(app.to("/accepted")).toMatchObject([{ form: { Digits: "1" } }]);
    expect(app.to("/dialled")).toMatchObject([{ form: { DialCallStatus: "completed", DialBridged: "true" } }]);
  });

  test("may not dial anybody itself", async () => {
    const { account } = await dialling(picksUp([{ step: "pause", ms: 300 }, hangUp]), whispering, {
      "/whisper": () => twiml("<Dial>+15557770000</Dial>"),
    });
    await callUp(account, []);
    expect(codes((await childOf(account)?.ended)?.log ?? [], "warning")).toEqual([12200]);
    expect(account.calls()).toHaveLength(2);
  });

  test("that hangs up puts nobody through: answered, but not bridged", async () => {
    const { app, account } = await dialling(picksUp([]), whispering, {
      "/whisper": () => twiml("<Say>no</Say><Hangup/>"),
    });
    const { recording } = await callUp(account, []);
    expect(app.to("/dialled")).toMatchObject([{ form: { DialCallStatus: "completed", DialBridged: "false" } }]);
    expect(Buffer.from(recording.agent()).indexOf(hum("no", "twilio"))).toBe(-1);
  });
});
