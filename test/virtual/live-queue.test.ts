import { describe, expect, test } from "vitest";
import { percentile } from "../../bench/percentile.ts";
import { silence } from "../../sim/audio/mulaw.ts";
import { type ReplyItem, silentReply } from "../../sim/openai/scenario.ts";
import type { PhoneStep } from "../../sim/phone/step.ts";
import { hum } from "../../sim/voice/hum.ts";
import { random } from "../bridge/random.ts";
import { type VirtualCall, virtualCallOn } from "../world/virtual-call.ts";
import { live } from "../world/virtual-models.ts";

const minutesMs = 10 * 60_000;
const sampleMs = 20;

/** Speech as it is spoken: phrases, and a breath between them. */
const phrases = (count: number, phrase: string, breathMs: number): ReplyItem => ({
  type: "sound",
  audio: Buffer.concat(Array.from({ length: count }, () => [hum(phrase, "assistant"), silence(breathMs)]).flat()),
  transcript: Array.from({ length: count }, () => phrase).join(" "),
});

/** How much waits at the phone at each time that is asked for: until the last that has come will have been heard. */
function queueAt(call: VirtualCall<unknown>): (atMs: number) => number {
  const heard = call.stream.heard.messages.flatMap(({ heardFromMs, receivedAtMs, heardBytes }) =>
    heardFromMs === undefined ? [] : [{ receivedAtMs, untilMs: heardFromMs + heardBytes / 8 }],
  );
  let index = 0;
  let untilMs = 0;
  return (atMs) => {
    for (let next = heard[index]; next !== undefined && next.receivedAtMs <= atMs; next = heard[++index])
      untilMs = next.untilMs;
    return Math.max(0, untilMs - atMs);
  };
}

function samples(call: VirtualCall<unknown>, fromMs: number, toMs: number): number[] {
  const queueMs = queueAt(call);
  const all = Array.from({ length: toMs / sampleMs }, (_, index) => queueMs(index * sampleMs));
  return all.slice(fromMs / sampleMs);
}

describe("what waits at the phone of a model that sends in real time", () => {
  test("ten minutes on a network that stalls: less than 150 ms for 95 of 100 samples, and the appends keep the time", async () => {
    const dice = random(5);
    const talk = Array.from({ length: 90 }, (): PhoneStep[] => [
      { step: "say", text: "And what about that?" },
      { step: "wait-for-quiet", quietMs: 1_000 },
    ]);
    const call = await virtualCallOn(live, {
      script: talk.flat(),
      scenario: {
        replies: Array.from({ length: 90 }, () => ({ items: [phrases(3, "from nine to five, and then", 250)] })),
      },
      // Three times a minute nothing of the model gets through for a while; then all of it at once.
      modelStalls: Array.from({ length: 30 }, (_, index) => ({
        atMs: index * 20_000 + dice.between(0, 18_000),
        durationMs: dice.between(100, 600),
      })),
      network: {
        toServer: { delayMs: 40, jitterMs: 400 },
        toTwilio: { delayMs: 40, jitterMs: 40 },
        random: () => (dice.chance(0.001) ? 1 : 0.05 * dice.next()),
      },
    });
    let worstAppendMs = 0;
    for (let ms = 1_000; ms <= minutesMs; ms += 1_000) {
      await call.run(1_000);
      worstAppendMs = Math.max(worstAppendMs, Math.abs(call.session.timelineMs() - ms));
    }
    const queued = samples(call, 0, minutesMs);
    const whileSpeaking = queued.filter((ms) => ms > 0);
    console.log(
      `queue at the phone p50 ${percentile(queued, 50).toFixed(0)} ms, p95 ${percentile(queued, 95).toFixed(0)} ms; while the agent is heard (${((100 * whileSpeaking.length) / queued.length).toFixed(0)} % of the time) p95 ${percentile(whileSpeaking, 95).toFixed(0)} ms; appended audio off by at most ${worstAppendMs} ms`,
    );
    expect(whileSpeaking.length).toBeGreaterThan(5_000);
    expect(percentile(queued, 95)).toBeLessThan(150);
    expect(worstAppendMs).toBeLessThanOrEqual(100);
    expect(call.warnings).toEqual([]);
  });

  test("three seconds of speech that come at once: three seconds later the queue is short again", async () => {
    const stallEndsMs = 3_500;
    const call = await virtualCallOn(live, {
      greeting: "This is what I have to say to you: three seconds of words.",
      script: [{ step: "pause", ms: 12_000 }, { step: "hang-up" }],
      modelStalls: [{ atMs: stallEndsMs - 3_000, durationMs: 3_000 }],
    });
    await call.run(13_000);
    const queued = samples(call, stallEndsMs, 12_000);
    console.log(`after a burst of 3 s: ${Math.max(...queued)} ms at the phone, 3 s later ${queued[150] ?? 0} ms`);
    expect(Math.max(...queued)).toBeGreaterThan(2_900);
    expect(Math.max(...queued.slice(3_000 / sampleMs))).toBeLessThan(150);
  });

  test.each<[string, number, { atMs: number; durationMs: number }[]]>([
    ["in steady state", 250, []],
    ["after a burst", 550, [{ atMs: 4_000, durationMs: 1_500 }]],
  ])("%s the caller hears the agent stop within %i ms of its going quiet", async (_, boundMs, modelStalls) => {
    const stops: number[] = [];
    for (let seed = 1; seed <= 20; seed += 1) {
      const dice = random(seed);
      const call = await virtualCallOn(live, {
        modelStalls,
        scenario: { replies: [silentReply] },
        greeting: `I go on ${"and on ".repeat(30)}`,
        script: [
          { step: "pause", ms: 6_000 + dice.between(0, 500) },
          { step: "say", text: "Stop it now, please" },
          { step: "pause", ms: 3_000 },
          { step: "hang-up" },
        ],
        network: { toServer: jittery, toTwilio: jittery, random: () => dice.next() },
      });
      await call.run(12_000);
      const yielded = call.session.facts().find((fact) => fact.type === "utterance-ended" && fact.why === "yielded");
      if (yielded?.type !== "utterance-ended") throw new Error("the model did not yield");
      const lastHeard = call.stream.heard.messages.findLast(
        ({ heardFromMs, audio }) => heardFromMs !== undefined && audio.some((byte) => byte !== 0xff),
      );
      stops.push((lastHeard?.heardFromMs ?? Number.NaN) + 20 - yielded.endMs);
      expect(call.session.facts().filter(({ type }) => type === "objected")).toEqual([]);
    }
    console.log(
      `the agent is heard to stop p50 ${percentile(stops, 50).toFixed(0)} ms, max ${Math.max(...stops).toFixed(0)} ms after it did`,
    );
    expect(Math.max(...stops)).toBeLessThanOrEqual(boundMs);
  });
});

const jittery = { delayMs: 20, jitterMs: 30 };
