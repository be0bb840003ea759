import { describe, expect, test } from "vitest";
import { beep, tone } from "../../sim/audio/tone.ts";
import { frameAt, silentFrame } from "../../sim/phone/frames.ts";
import { keyEar } from "../../sim/phone/key-ear.ts";
import type { PhoneEvent } from "../../sim/phone/phone-event.ts";
import { phone } from "../../sim/phone/phone.ts";
import { follow } from "../../sim/phone/script.ts";
import type { PhoneStep } from "../../sim/phone/step.ts";
import { ringbackTone } from "../../sim/twilio/line/announcement.ts";
import { dtmfTones } from "../../sim/twilio/line/dtmf-tones.ts";
import { hum, humming } from "../../sim/voice/hum.ts";
import { startVoice } from "../../sim/voice/voice.ts";

/** The keys that an ear finds in a sound. */
function keysIn(sound: Uint8Array): string {
  const ear = keyEar();
  const frames = Array.from({ length: Math.ceil(sound.length / 160) }, (_, index) => frameAt(sound, index));
  return frames.map((frame) => (frame === undefined ? "" : (ear.hear(frame) ?? ""))).join("");
}

describe("keys are told by their tones", () => {
  test("every key of a telephone, each once, also the same one twice", () => {
    expect(keysIn(dtmfTones("123A456B789C*0#Dw11W2"))).toBe("123A456B789C*0#D112");
  });

  test.each([20, 77, 153])("wherever the frames begin: %i bytes later", (offset) => {
    expect(keysIn(Buffer.concat([Buffer.alloc(offset, 0xff), dtmfTones("159#")]))).toBe("159#");
  });

  test("not in a beep, in ringing, in one tone of a key, or in humming", () => {
    for (const sound of [beep, ringbackTone, tone([697], 200), tone([1_209], 200), tone([697, 770], 200)])
      expect(keysIn(sound)).toBe("");
    const text = "The quick brown fox jumps over the lazy dog";
    expect(keysIn(hum(text, "person"))).toBe("");
    expect(keysIn(hum(text, "machine"))).toBe("");
  });

  test("not in speech", async () => {
    const voice = startVoice();
    const text = "One two three four five six seven eight nine zero. Please hold the line, we are looking for you.";
    const voices = ["caller", "twilio", "assistant", "person", "machine"] as const;
    const keys = await Promise.all(voices.map(async (name) => keysIn(await voice.speak(text, name))));
    await voice.close();
    expect(keys).toEqual(voices.map(() => ""));
  });
});

/** A phone that follows a script, while this is heard. */
async function hearing(script: PhoneStep[], sound: Uint8Array): Promise<{ events: PhoneEvent[]; said: Buffer }> {
  const events: PhoneEvent[] = [];
  const handset = phone(await follow(script, humming), (event) => void events.push(event));
  for (let index = 0; index * 160 < sound.length; index++) handset.pass(frameAt(sound, index) ?? silentFrame);
  return { events, said: Buffer.from(handset.recording.caller()) };
}

const hangUp = { step: "hang-up" } as const;
const aSecond = Buffer.alloc(8_000, 0xff);

describe("a script that reacts to keys", () => {
  test("waits for its digits, and knows those that it has waited for already", async () => {
    const script: PhoneStep[] = [
      { step: "wait-for-digits", digits: "12" },
      { step: "wait-for-digits", digits: "2", atMostMs: 500 },
      hangUp,
    ];
    const { events } = await hearing(script, Buffer.concat([dtmfTones("512"), aSecond]));
    expect(events.flatMap((event) => (event.event === "key-heard" ? [event.digit] : []))).toEqual(["5", "1", "2"]);
    expect(events.filter(({ event }) => event === "step-gave-up")).toMatchObject([{ index: 1 }]);
  });

  test("goes on with the steps of the choice that was made", async () => {
    const script: PhoneStep[] = [
      {
        step: "menu",
        choices: { "1": [{ step: "say", text: "sales" }], "2#": [{ step: "say", text: "support" }] },
      },
      { step: "say", text: "bye" },
      hangUp,
    ];
    const { said, events } = await hearing(script, Buffer.concat([dtmfTones("2#"), aSecond, aSecond]));
    expect(said.indexOf(hum("support", "caller"))).toBeGreaterThan(0);
    expect(said.indexOf(hum("bye", "caller"))).toBeGreaterThan(said.indexOf(hum("support", "caller")));
    expect(said.indexOf(hum("sales", "caller"))).toBe(-1);
    expect(events).toContainEqual(expect.objectContaining({ event: "hung-up" }));
  });

  test("gives a choice up after its patience", async () => {
    const menu: PhoneStep = { step: "menu", choices: { "1": [{ step: "say", text: "sales" }] }, atMostMs: 300 };
    const { events, said } = await hearing([menu, hangUp], aSecond);
    expect(events).toContainEqual(expect.objectContaining({ event: "step-gave-up", index: 0, atMs: 300 }));
    expect(said.every((byte) => byte === 0xff)).toBe(true);
  });
});
