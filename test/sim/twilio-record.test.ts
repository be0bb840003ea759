import { describe, expect, test } from "vitest";
import { decodeMulaw } from "../../sim/audio/mulaw.ts";
import { beep } from "../../sim/audio/tone.ts";
import { readWav } from "../../sim/audio/wav.ts";
import type { PhoneStep } from "../../sim/phone/step.ts";
import { hum } from "../../sim/voice/hum.ts";
import { callUp, nowhere, startAccount, verbs } from "./twilio-account.ts";
import { type App, accountSid, authToken, startApp, twiml } from "./twilio-app.ts";
import { sdk } from "./twilio-sdk.ts";

const hangUp = { step: "hang-up" } as const;
const callback = 'recordingStatusCallback="/recording" recordingStatusCallbackEvent="in-progress completed absent"';
const afterTheBeep: PhoneStep[] = [
  { step: "wait-for-quiet", quietMs: 100 },
  { step: "say", text: "message" },
];

async function recorded(body: string, script: PhoneStep[]) {
  const app = await startApp({
    answers: { "/twiml": () => twiml(`${body}<Say>next</Say>`), "/recorded": () => twiml("<Say>thanks</Say>") },
  });
  const account = await startAccount({ voiceUrl: `${app.url}/twiml` });
  return { app, account, ...(await callUp(account, script)) };
}

const told = (app: App, status: string) => app.to("/recording").find(({ form }) => form["RecordingStatus"] === status);

async function fetchWav(url: string, user = accountSid, secret = authToken): Promise<Response> {
  const authorization = `Basic ${Buffer.from(`${user}:${secret}`).toString("base64")}`;
  return fetch(url, { headers: { Authorization: authorization } });
}

/** The channels of a recording as samples of 16 bits. */
async function channelsOf(url: string): Promise<Int16Array[]> {
  const { sampleRate, channels } = readWav(new Uint8Array(await (await fetchWav(url)).arrayBuffer()));
  expect(sampleRate).toBe(8_000);
  return channels.map((channel) => Int16Array.from(channel, (sample) => Math.round(sample * 0x8000)));
}

const contains = (samples: Int16Array | undefined, sound: Uint8Array): boolean =>
  Buffer.from(samples?.buffer ?? new ArrayBuffer(0)).includes(Buffer.from(decodeMulaw(sound).buffer));

describe("<Record>", () => {
  test("beeps, records until a key is pressed, and the action is told where the recording is", async () => {
    const { app, callSid, recording, log } = await recorded(`<Record action="/recorded" ${callback}/>`, [
      ...afterTheBeep,
      { step: "press", digits: "#" },
    ]);
    expect(Buffer.from(recording.agent()).indexOf(beep)).toBeGreaterThanOrEqual(0);
    const [asked] = app.to("/recorded");
    expect(asked).toMatchObject({
      isSigned: true,
      form: {
        CallSid: callSid,
        CallStatus: "in-progress",
        Digits: "#",
        RecordingDuration: "1",
        RecordingSid: expect.stringMatching(/^RE[0-9a-f]{32}$/),
      },
    });
    expect(told(app, "completed")).toMatchObject({
      isSigned: true,
      form: {
        CallSid: callSid,
        RecordingSid: asked?.form["RecordingSid"],
        RecordingUrl: asked?.form["RecordingUrl"],
        RecordingDuration: "1",
        RecordingChannels: "1",
        RecordingSource: "RecordVerb",
      },
    });
    expect(told(app, "in-progress")?.form).not.toHaveProperty("RecordingDuration");
    expect(verbs(log)).toEqual(["Record", "Say"]);
  });

  test("can be fetched as WAV by the account alone: the message, without the silence around it", async () => {
    const { app } = await recorded('<Record action="/recorded"/>', [...afterTheBeep, { step: "press", digits: "#" }]);
    const url = app.to("/recorded")[0]?.form["RecordingUrl"] ?? "";
    const [samples] = await channelsOf(`${url}.wav`);
    expect(samples).toEqual(decodeMulaw(hum("message", "caller")).subarray(0, samples?.length));
    expect((samples?.length ?? 0) / 8).toBeGreaterThan(380);
    expect((await fetchWav(url)).status).toBe(200);
    expect((await fetchWav(`${url}.wav`, accountSid, "wrong")).status).toBe(401);
    expect((await fetchWav(`${url}.mp3`)).status).toBe(404);
  });

  test("keeps the silence when it is told to", async () => {
    const { app } = await recorded('<Record action="/recorded" trim="do-not-trim" timeout="1"/>', afterTheBeep);
    const form = app.to("/recorded")[0]?.form;
    expect(form).not.toHaveProperty("Digits");
    expect(form?.["RecordingDuration"]).toBe("2");
  });

  test("ends at its greatest length", async () => {
    const { app } = await recorded('<Record action="/recorded" maxLength="1" playBeep="false"/>', [
      { step: "say", text: "a very long message that is longer than a second" },
    ]);
    expect(app.to("/recorded")).toMatchObject([{ form: { RecordingDuration: "1" } }]);
  });

  test("goes on past a key that does not end it", async () => {
    const { app } = await recorded('<Record action="/recorded" finishOnKey="*"/>', [
      ...afterTheBeep,
      { step: "press", digits: "#*" },
    ]);
    expect(app.to("/recorded")).toMatchObject([{ form: { Digits: "*" } }]);
  });

  test("of silence is absent: no action, the next verb", async () => {
    const { app, log, account } = await recorded(`<Record action="/recorded" timeout="1" ${callback}/>`, []);
    expect(app.to("/recorded")).toEqual([]);
    expect(told(app, "absent")).toBeDefined();
    expect(told(app, "completed")).toBeUndefined();
    expect(verbs(log)).toEqual(["Record", "Say"]);
    expect(await sdk(account).recordings.list()).toEqual([]);
  });

  test("ends when the caller hangs up, which the action is told in vain", async () => {
    const { app, log } = await recorded('<Record action="/recorded"/>', [...afterTheBeep, hangUp]);
    expect(app.to("/recorded")).toMatchObject([{ form: { Digits: "hangup", CallStatus: "completed" } }]);
    expect(verbs(log)).toEqual(["Record"]);
  });

  test("asks the document's own address when it has no action", async () => {
    const { app } = await recorded("<Record/>", [...afterTheBeep, hangUp]);
    expect(app.to("/twiml").map(({ form }) => "RecordingUrl" in form)).toEqual([false, true]);
  });
});

const startRecording = (attributes: string): string =>
  `<Start><Recording ${attributes} ${callback}/></Start><Say>hello</Say><Pause length="60"/>`;

describe("<Start><Recording>", () => {
  const bothSides: PhoneStep[] = [{ step: "wait-for-quiet", quietMs: 100 }, ...afterTheBeep.slice(1), hangUp];

  async function channelsAfter(attributes: string): Promise<(Int16Array | undefined)[]> {
    const { app, log } = await recorded(startRecording(attributes), bothSides);
    expect(verbs(log)).toEqual(["Start Recording", "Say", "Pause"]);
    return channelsOf(`${told(app, "completed")?.form["RecordingUrl"]}.wav`);
  }

  test("records both sides of the whole call, the caller left", async () => {
    const [caller, agent] = await channelsAfter("");
    expect(contains(caller, hum("message", "caller").subarray(0, -160))).toBe(true);
    expect(contains(agent, hum("hello", "twilio"))).toBe(true);
    expect(contains(caller, hum("hello", "twilio"))).toBe(false);
  });

  test("mixes them into one channel, or leaves one out", async () => {
    const mixed = await channelsAfter('channels="mono"');
    expect(mixed).toHaveLength(1);
    expect(contains(mixed[0], hum("hello", "twilio"))).toBe(true);
    const [caller, agent] = await channelsAfter('track="inbound"');
    expect(caller?.some((sample) => sample !== 0)).toBe(true);
    expect(agent?.every((sample) => sample === 0)).toBe(true);
  });
});

describe("recordings in the API", () => {
  test("are listed by call, fetched, and deleted for good", async () => {
    const { account, callSid } = await recorded('<Record action="/recorded"/>', [...afterTheBeep, hangUp]);
    const client = sdk(account);
    const [listed] = await client.calls(callSid).recordings.list();
    expect(listed).toMatchObject({ callSid, status: "completed", duration: "1", channels: 1, source: "RecordVerb" });
    const one = client.recordings(listed?.sid ?? "");
    expect((await one.fetch()).sid).toBe(listed?.sid);
    expect(await one.remove()).toBe(true);
    await expect(one.fetch()).rejects.toMatchObject({ status: 404, code: 20404 });
    expect(await client.calls(callSid).recordings.list()).toEqual([]);
  });

  test("are unknown by any other SID", async () => {
    const account = await startAccount({ voiceUrl: nowhere });
    await expect(sdk(account).recordings("RE00000000000000000000000000000009").fetch()).rejects.toMatchObject({
      code: 20404,
    });
  });
});
