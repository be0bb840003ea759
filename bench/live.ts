/**
 * GPT-Live on real sockets: a minute's call through the Functions and the Worker in its own runtime, on a line that loses frames
 * and delivers others in heaps. What is appended must be as long as the time that has passed, and little may wait at the phone.
 */
import { setTimeout as pause } from "node:timers/promises";
import { silence } from "../sim/audio/mulaw.ts";
import { hum } from "../sim/voice/hum.ts";
import { random } from "../test/bridge/random.ts";
import { startWorld } from "../test/world/world.ts";
import { percentile } from "./percentile.ts";

const lengthMs = 64_000;
const sampleEveryMs = 500;
const boundMs = 100;
/** The first seconds are those of the handshake. */
const settledAfterMs = 2_000;

const dice = random(1);
const speech = Buffer.concat(
  Array.from({ length: 3 }, () => [hum("from nine to five, and then", "assistant"), silence(250)]).flat(),
);
let startedAtMs = Number.NaN;
const world = await startWorld({
  texts: { SAY_GREETING: "off", MODELS: "gpt-live-1.1", MODEL_GREETING: "Good morning." },
  model: {
    onEvent: ({ type }) => void (type === "session-configured" && (startedAtMs = performance.now())),
    scenario: {
      replies: Array.from({ length: 60 }, () => ({ items: [{ type: "sound", audio: speech, transcript: "words" }] })),
    },
  },
  twilio: {
    network: {
      toServer: { delayMs: 20, jitterMs: 1_500 },
      toTwilio: { delayMs: 20, jitterMs: 30 },
      random: () => (dice.chance(0.002) ? 1 : 0.02 * dice.next()),
    },
  },
});

const { ended } = await world.dial([
  ...Array.from({ length: 12 }, () => [
    { step: "say", text: "And what about that?" } as const,
    { step: "pause", ms: 5_000 } as const,
  ]).flat(),
  { step: "hang-up" },
]);
while (world.openai?.liveSessions[0]?.live.config() === undefined) await pause(10);
const session = world.openai.liveSessions[0].live;
await pause(settledAfterMs);
const offMs: number[] = [];
while (performance.now() - startedAtMs < lengthMs - 1_000) {
  await pause(sampleEveryMs);
  offMs.push(session.timelineMs() - (performance.now() - startedAtMs));
}
const report = await ended;
await world.close();

const waitsMs = (report.streams[0]?.heard.messages ?? []).flatMap(({ heardFromMs, receivedAtMs }) =>
  heardFromMs === undefined ? [] : [heardFromMs - receivedAtMs],
);
const worstMs = Math.max(...offMs.map(Math.abs));
const waitMs = percentile(waitsMs, 95);
console.log(
  `${((offMs.length * sampleEveryMs) / 1_000).toFixed(0)} s on sockets: appended audio off the clock by at most ${worstMs.toFixed(0)} ms`,
);
console.log(
  `${waitsMs.length} messages waited at the phone p50 ${percentile(waitsMs, 50).toFixed(0)} ms, p95 ${waitMs.toFixed(0)} ms`,
);
const missed = [
  ...(worstMs > boundMs ? [`appended audio is more than ${boundMs} ms off the clock`] : []),
  ...(waitMs > 150 ? ["more than 150 ms wait at the phone"] : []),
  ...session.facts().flatMap((fact) => (fact.type === "objected" ? [fact.message] : [])),
];
for (const what of missed) console.error(`missed: ${what}`);
process.exit(missed.length === 0 ? 0 : 1);
