import { describe, expect, test } from "vitest";
import { decodeMulaw } from "../../sim/audio/mulaw.ts";
import { readWav, writeWav } from "../../sim/audio/wav.ts";
import { virtualClock } from "../../sim/clock.ts";
import { silentFrame } from "../../sim/phone/frames.ts";
import { type Phone, phone } from "../../sim/phone/phone.ts";
import type { PhoneEvent } from "../../sim/phone/phone-event.ts";
import { follow } from "../../sim/phone/script.ts";
import type { PhoneStep } from "../../sim/phone/step.ts";
import { type FarEnd, type Line, openLine } from "../../sim/twilio/line/line.ts";
import { hum, humming } from "../../sim/voice/hum.ts";

/** A phone with a script, passed 20 ms at a time by hand. */
async function scripted(script: PhoneStep[]): Promise<{
  handset: Phone;
  events: PhoneEvent[];
  /** Passes time while nothing, or the agent, is heard; what the phone said and pressed. */
  pass: (durationMs: number, agent?: Uint8Array) => { speech: Uint8Array; digits: string; hungUp: boolean };
  stepStarts: () => number[];
}> {
  const events: PhoneEvent[] = [];
  const handset = phone(await follow(script, humming), (event) => void events.push(event));
  return {
    handset,
    events,
    pass(durationMs, agent = new Uint8Array(0)) {
      const turns = Array.from({ length: durationMs / 20 }, (_, index) => {
        const part = agent.subarray(index * 160, (index + 1) * 160);
        return handset.pass(part.length === 160 ? part : silentFrame);
      });
      return {
        speech: Buffer.concat(turns.map(({ speech }) => speech)),
        digits: turns.map(({ digits }) => digits).join(""),
        hungUp: turns.some(({ hungUp }) => hungUp),
      };
    },
    stepStarts: () => events.flatMap((event) => (event.event === "step-began" ? [event.atMs] : [])),
  };
}

const words = "Hello there";
/** 11 characters of 60 ms. */
const wordsMs = 660;
const agentSpeech = hum("mmmmmmmmmm", "assistant");

test("who holds a phone hears every 20 ms as they pass", () => {
  const heard: Uint8Array[] = [];
  const handset = phone((hearing) => {
    heard.push(hearing.heard);
    return { speech: silentFrame, digits: "", hungUp: false };
  });
  const frames = [new Uint8Array(160).fill(1), silentFrame, new Uint8Array(160).fill(2)];
  for (const frame of frames) handset.pass(frame);
  expect(heard).toEqual(frames);
});

describe("a script", () => {
  test("says a text in the caller's voice, byte for byte", async () => {
    const { pass } = await scripted([{ step: "say", text: words }]);
    expect(pass(wordsMs).speech).toEqual(Buffer.from(hum(words, "caller")));
    expect(pass(40).speech).toEqual(Buffer.alloc(320, 0xff));
  });

  test("plays raw μ-law and fills up the last frame with silence", async () => {
    const { pass } = await scripted([{ step: "play-mulaw", audio: new Uint8Array(200).fill(1) }]);
    expect(pass(40).speech).toEqual(Buffer.concat([Buffer.alloc(200, 1), Buffer.alloc(120, 0xff)]));
  });

  test.each([8_000, 16_000, 44_100])("plays a WAV file of %i Hz for as long as it lasts", async (sampleRate) => {
    const samples = Int16Array.from(
      { length: sampleRate / 2 },
      (_, index) => 9_000 * Math.sin((2 * Math.PI * 440 * index) / sampleRate),
    );
    const { pass, events } = await scripted([{ step: "play", wav: writeWav({ sampleRate, channels: [samples] }) }]);
    pass(2_000);
    const [spoke, quiet] = events.filter(({ event }) => event.startsWith("caller-"));
    expect(spoke).toMatchObject({ event: "caller-spoke" });
    expect(quiet).toMatchObject({ event: "caller-quiet" });
    expect((quiet?.atMs ?? 0) - (spoke?.atMs ?? 0)).toBeGreaterThan(490);
    expect((quiet?.atMs ?? 0) - (spoke?.atMs ?? 0)).toBeLessThanOrEqual(502);
  });

  test("refuses a WAV file that is none before the call begins", async () => {
    await expect(follow([{ step: "play", wav: new Uint8Array(10) }], humming)).rejects.toThrow("Not a WAV file");
  });

  test("waits for the agent, then for its end, then hangs up", async () => {
    const { pass, stepStarts } = await scripted([
      { step: "wait-for-agent" },
      { step: "wait-for-quiet", quietMs: 500 },
      { step: "hang-up" },
    ]);
    pass(1_000);
    expect(stepStarts()).toEqual([0]);
    pass(600, agentSpeech);
    expect(stepStarts()).toEqual([0, 1_020]);
    expect(pass(480).hungUp).toBe(false);
    expect(pass(40).hungUp).toBe(true);
  });

  test("interrupts after so many milliseconds of agent speech", async () => {
    const { pass, stepStarts } = await scripted([
      { step: "wait-for-agent", spokenMs: 300 },
      { step: "say", text: words },
    ]);
    pass(200);
    pass(600, agentSpeech);
    const [, spokeAtMs = 0] = stepStarts();
    expect(spokeAtMs).toBeGreaterThanOrEqual(500);
    expect(spokeAtMs).toBeLessThanOrEqual(540);
  });

  test("waits for the agent's answer, not for what it said before the caller spoke", async () => {
    const { pass, stepStarts } = await scripted([
      { step: "wait-for-agent" },
      { step: "say", text: words },
      { step: "wait-for-quiet", quietMs: 300 },
      { step: "hang-up" },
    ]);
    pass(100, agentSpeech);
    pass(5_000);
    expect(stepStarts()).toHaveLength(3);
    pass(600, agentSpeech);
    pass(400);
    expect(stepStarts()).toHaveLength(4);
  });

  test("pauses, and presses keys five a second", async () => {
    const { pass, events } = await scripted([
      { step: "pause", ms: 100 },
      { step: "press", digits: "12#" },
      { step: "hang-up" },
    ]);
    expect(pass(1_000).digits).toBe("12#");
    expect(events.filter(({ event }) => event === "pressed" || event === "hung-up").slice(0, 4)).toEqual([
      { event: "pressed", digit: "1", atMs: 100 },
      { event: "pressed", digit: "2", atMs: 300 },
      { event: "pressed", digit: "#", atMs: 500 },
      { event: "hung-up", by: "caller", atMs: 720 },
    ]);
  });

  test("gives up waiting after its patience, says so, and goes on", async () => {
    const { pass, events } = await scripted([{ step: "wait-for-agent", atMostMs: 200 }, { step: "hang-up" }]);
    expect(pass(200).hungUp).toBe(false);
    expect(pass(20).hungUp).toBe(true);
    expect(events).toContainEqual({
      event: "step-gave-up",
      index: 0,
      step: { step: "wait-for-agent", atMostMs: 200 },
      atMs: 200,
    });
  });

  test("that is over stays on the line", async () => {
    const { pass } = await scripted([]);
    expect(pass(10_000)).toMatchObject({ digits: "", hungUp: false });
  });
});

describe("what a phone notes", () => {
  test("speech to the millisecond, an end only after a pause that is longer than those between words", async () => {
    const { pass, events } = await scripted([]);
    const loud = Buffer.alloc(1_000 * 8, 0x10);
    const heard = Buffer.alloc(4_000 * 8, 0xff);
    loud.copy(heard, 107 * 8);
    loud.copy(heard, 1_307 * 8);
    pass(4_000, heard);
    expect(events).toEqual([
      { event: "agent-heard", atMs: 107 },
      { event: "agent-quiet", atMs: 2_307 },
    ]);
  });

  test("what both sides heard, as a stereo WAV of 8 kHz: caller left, agent right", async () => {
    const { pass, handset } = await scripted([{ step: "say", text: words }]);
    const agent = hum("hello", "assistant");
    pass(wordsMs, agent);
    const { sampleRate, channels } = readWav(handset.recording.wav());
    expect(sampleRate).toBe(8_000);
    const [left, right] = channels.map((channel) => Int16Array.from(channel, (sample) => Math.round(sample * 0x8000)));
    expect(left).toEqual(decodeMulaw(hum(words, "caller")));
    expect(right?.subarray(0, agent.length)).toEqual(decodeMulaw(agent));
    expect(handset.recording.durationMs).toBe(wordsMs);
  });
});

/** A phone with a script on a line, and what is heard at the other end. */
async function connected(script: PhoneStep[]): Promise<{
  advance: (ms: number) => void;
  line: Line;
  seen: Uint8Array[];
  events: PhoneEvent[];
  hangUps: number[];
  pending: () => number;
}> {
  const clock = virtualClock();
  const seen: Uint8Array[] = [];
  const events: PhoneEvent[] = [];
  const hangUps: number[] = [];
  const handset = phone(await follow(script, humming), (event) => void events.push(event));
  const line = openLine(clock, handset, () => void hangUps.push(clock.nowMs()));
  const end: FarEnd = {
    exchange(spoken) {
      seen.push(spoken);
      return undefined;
    },
  };
  line.connect(end);
  return { advance: (ms) => clock.advance(ms), line, seen, events, hangUps, pending: () => clock.pendingCount() };
}

describe("the line", () => {
  test("carries every frame once and in order, 20 ms after it was spoken", async () => {
    const { advance, seen } = await connected([{ step: "say", text: words }]);
    advance(wordsMs + 20);
    expect(Buffer.concat(seen.slice(1))).toEqual(Buffer.from(hum(words, "caller")));
  });

  test("is closed when the phone hangs up, and leaves no timer", async () => {
    const { advance, hangUps, pending, line, events } = await connected([
      { step: "pause", ms: 100 },
      { step: "hang-up" },
    ]);
    advance(1_000);
    expect(hangUps).toEqual([120]);
    expect(pending()).toBe(0);
    line.close();
    expect(events.filter(({ event }) => event === "hung-up")).toEqual([{ event: "hung-up", by: "caller", atMs: 120 }]);
  });

  test("tells the phone when the other side hangs up", async () => {
    const { advance, line, events, pending } = await connected([]);
    advance(100);
    line.close();
    line.close();
    expect(events).toEqual([{ event: "hung-up", by: "network", atMs: 100 }]);
    expect(pending()).toBe(0);
  });
});
