import { decodeMulaw, encodeMulaw } from "../sim/audio/mulaw.ts";
import { fromDbfs } from "../sim/audio/level.ts";
import { say } from "../sim/openai/scenario.ts";
import { hum } from "../sim/voice/hum.ts";
import { type Random, random } from "../test/bridge/random.ts";
import { virtualCall } from "../test/world/virtual-call.ts";
import { percentile } from "./percentile.ts";

/**
 * What the guard against false interruptions costs, and what it saves: in virtual time, at several settings of
 * INTERRUPTION_MIN_MS. `npm run bench -- false-interruptions`
 */
const callsOfAKind = 40;
const policiesMs = [0, 100, 150, 200, 250, 300, 400];

const longAnswer = "There is a lot to be said about this and I will say all of it without ever taking a breath. ";
const asLoudAsSpeechDb = -18;

/** Something that is heard from the caller's side while the agent speaks, in a room that echoes or not. */
type Sound = { name: string; isMeant: boolean; audio: (dice: Random) => Uint8Array; hasEcho?: boolean };

const sounds: Sound[] = [
  { name: "cough", isMeant: false, audio: (dice) => burst(dice, dice.between(80, 180), -14) },
  { name: "mm-hm", isMeant: false, audio: (dice) => quieter(hum("mh".padEnd(dice.between(3, 5), "m"), "caller"), 6) },
  { name: "echo", isMeant: false, audio: () => new Uint8Array(0), hasEcho: true },
  { name: "word", isMeant: true, audio: () => hum("Please", "caller") },
  { name: "sentence", isMeant: true, audio: () => hum("Stop it, that is enough.", "caller") },
  { name: "sentence, echo", isMeant: true, audio: () => hum("Stop it, that is enough.", "caller"), hasEcho: true },
];

/** A click or a cough: noise. */
function burst(dice: Random, durationMs: number, levelDb: number): Uint8Array {
  const peak = fromDbfs(levelDb) * 0x8000 * Math.SQRT2;
  return encodeMulaw(Int16Array.from({ length: durationMs * 8 }, () => (dice.next() * 2 - 1) * peak));
}

const quieter = (mulaw: Uint8Array, lossDb: number): Uint8Array =>
  encodeMulaw(decodeMulaw(mulaw).map((sample) => sample * fromDbfs(-lossDb)));

/** When the agent fell silent, in ms from the sound's beginning; undefined when it spoke on. */
async function stoppedAfterMs(
  { audio, isMeant, hasEcho }: Sound,
  minMs: number,
  seed: number,
): Promise<number | undefined> {
  const dice = random(seed);
  const call = await virtualCall({
    scenario: { replies: [say(longAnswer.repeat(3)), say("All right.")] },
    bridge: minMs === 0 ? {} : { interruption: { minMs } },
    modelDelayMs: 25,
    network: { toServer: wire, toTwilio: wire, random: () => dice.next() },
    ...(hasEcho && { echo: { delayMs: dice.pick([20, 60, 120]), lossDb: 11 } }),
    script: [
      { step: "say", text: "Hello." },
      { step: "wait-for-agent", spokenMs: dice.between(1_000, 5_000) },
      { step: "play-mulaw", audio: audio(dice) },
      { step: "pause", ms: 2_500 },
      { step: "hang-up" },
    ],
  });
  do await call.run(500);
  while (call.conversation.end === undefined);
  const begun = call.phoneEvents.find((event) => event.event === "step-began" && event.step.step === "play-mulaw");
  const begunAtMs = begun?.atMs ?? 0;
  // An echo needs no sound of the caller's to interrupt.
  const clear = call.stream.heard.clears.find(({ atMs }) => !isMeant || atMs >= begunAtMs);
  return clear === undefined ? undefined : clear.atMs - begunAtMs;
}

const wire = { delayMs: 20, jitterMs: 10 };

async function cell(sound: Sound, minMs: number): Promise<string> {
  const seeds = Array.from({ length: callsOfAKind }, (_, index) => index + 1);
  const results = await Promise.all(seeds.map((seed) => stoppedAfterMs(sound, minMs, seed)));
  const stops = results.filter((ms) => ms !== undefined);
  const share = `${Math.round((100 * stops.length) / callsOfAKind)} %`;
  return sound.isMeant && stops.length > 0 ? `${share}, ${percentile(stops, 95).toFixed(0)} ms` : share;
}

console.log(
  `How often the agent stopped for a sound of the caller's side, of ${callsOfAKind} each; for what was meant, after how`,
);
console.log(`long (p95). The agent and the caller are at ${asLoudAsSpeechDb} dBFS. 0 ms: the model decides.\n`);
const columns = ["min", ...sounds.map(({ name }) => name)];
const print = (cells: string[]): void => console.log(cells.map((text) => text.padEnd(16)).join(""));
print(columns);
for (const minMs of policiesMs) {
  const cells: string[] = [];
  for (const sound of sounds) cells.push(await cell(sound, minMs));
  print([`${minMs} ms`, ...cells]);
}
