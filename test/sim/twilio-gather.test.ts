import { describe, expect, test } from "vitest";
import type { PhoneStep } from "../../sim/phone/step.ts";
import { hum } from "../../sim/voice/hum.ts";
import { callOut, callUp, callerNumber, nowhere, startAccount, verbs } from "./twilio-account.ts";
import { startApp, twiml } from "./twilio-app.ts";

const press = (digits: string): PhoneStep => ({ step: "press", digits });
const prompted: PhoneStep = { step: "wait-for-quiet", quietMs: 100 };

async function gathered(gather: string, script: PhoneStep[]) {
  const app = await startApp({
    answers: { "/twiml": () => twiml(`${gather}<Say>nothing</Say>`), "/keys": () => twiml("<Say>thanks</Say>") },
  });
  const account = await startAccount({ voiceUrl: `${app.url}/twiml` });
  const { log, recording } = await callUp(account, script);
  return { app, verbs: verbs(log), log, agent: Buffer.from(recording.agent()), keys: app.to("/keys") };
}

const gather = (attributes: string, inside = "<Say>choose</Say>"): string =>
  `<Gather action="/keys" timeout="1" ${attributes}>${inside}</Gather>`;

describe("<Gather>", () => {
  test("takes as many keys as it was told to, and the action is told them", async () => {
    const { keys, verbs } = await gathered(gather('numDigits="2"'), [prompted, press("123")]);
    expect(keys).toMatchObject([{ isSigned: true, form: { Digits: "12", CallStatus: "in-progress" } }]);
    expect(keys[0]?.form).not.toHaveProperty("FinishedOnKey");
    expect(verbs).toEqual(["Gather", "Say"]);
  });

  test("ends at the key that ends it, which is not one of the digits", async () => {
    const { keys } = await gathered(gather(""), [prompted, press("12#")]);
    expect(keys).toMatchObject([{ form: { Digits: "12", FinishedOnKey: "#" } }]);
  });

  test("ends when no other key comes", async () => {
    const { keys } = await gathered(gather(""), [prompted, press("7")]);
    expect(keys).toMatchObject([{ form: { Digits: "7" } }]);
  });

  test("takes every key where none ends it", async () => {
    const { keys } = await gathered(gather('finishOnKey="" numDigits="3"'), [prompted, press("#*5")]);
    expect(keys).toMatchObject([{ form: { Digits: "#*5" } }]);
  });

  test("is interrupted by a key: what was being said is broken off", async () => {
    const long = "a very long prompt that nobody wants to hear to its end";
    const { keys, agent } = await gathered(gather('numDigits="2"', `<Say>${long}</Say><Pause length="60"/>`), [
      { step: "wait-for-agent", spokenMs: 300 },
      press("1"),
    ]);
    expect(keys).toMatchObject([{ form: { Digits: "1" } }]);
    expect(agent.indexOf(hum(long.slice(0, 15), "twilio"))).toBe(-1);
    expect(agent.indexOf(hum("a ve", "twilio"))).toBeGreaterThanOrEqual(0);
  });

  test("without a key goes on with the next verb", async () => {
    const { keys, verbs, agent } = await gathered(gather(""), []);
    expect(keys).toEqual([]);
    expect(verbs).toEqual(["Gather", "Say"]);
    // A second of silence between the prompt and what follows.
    const said = agent.indexOf(hum("nothing", "twilio")) - agent.indexOf(hum("choose", "twilio"));
    expect(said / 8 - 360).toBeGreaterThanOrEqual(960);
  });

  test("without a key asks the action all the same, where that is wanted", async () => {
    const { keys } = await gathered(gather('actionOnEmptyResult="true"'), []);
    expect(keys).toMatchObject([{ form: { Digits: "" } }]);
  });

  test("asks the document's own address when it has no action", async () => {
    const { app } = await gathered('<Gather numDigits="1" timeout="1"/>', [press("1")]);
    expect(app.to("/twiml").map(({ form }) => form["Digits"])).toEqual([undefined, "1"]);
  });

  test("understands no speech, and says so", async () => {
    const { log } = await gathered(gather('input="dtmf speech" numDigits="1"'), [prompted, press("1")]);
    expect(log).toContainEqual(
      expect.objectContaining({
        kind: "note",
        message: "speech input of Gather is not simulated: it is passed over",
      }),
    );
  });

  test("ends with the call, and the action is not asked", async () => {
    const { keys, verbs } = await gathered(gather(""), [prompted, press("1"), { step: "hang-up" }]);
    expect(keys).toEqual([]);
    expect(verbs).toEqual(["Gather"]);
  });
});

test("keys that are played to a menu lead through it", async () => {
  const menu: PhoneStep[] = [
    { step: "say", text: "press one for sales" },
    {
      step: "menu",
      choices: {
        "1": [
          { step: "say", text: "sales" },
          { step: "wait-for-digits", digits: "42#" },
          { step: "say", text: "order" },
        ],
        "2": [{ step: "say", text: "support" }],
      },
    },
    { step: "hang-up" },
  ];
  const account = await startAccount(
    { voiceUrl: nowhere },
    { phones: { [callerNumber]: { does: "pick-up", ringMs: 10, script: menu } } },
  );
  const { phone } = await callOut(account, {
    twiml: '<Response><Pause length="2"/><Play digits="1ww42#"/><Pause length="60"/></Response>',
  });
  const said = Buffer.from(phone?.recording.caller() ?? []);
  const order = ["press one for sales", "sales", "order"].map((text) => said.lastIndexOf(hum(text, "caller")));
  expect(order).toEqual(order.toSorted((a, b) => a - b));
  expect(order[0]).toBeGreaterThanOrEqual(0);
  expect(said.indexOf(hum("support", "caller"))).toBe(-1);
});
