import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { silence } from "../../sim/audio/mulaw.ts";
import { auditPlayback } from "../../sim/audit.ts";
import type { Reply, ReplyItem } from "../../sim/openai/scenario.ts";
import type { PhoneStep } from "../../sim/phone/step.ts";
import { type Random, random } from "../bridge/random.ts";
import { type World, startWorld } from "../world/world.ts";

const dice = random(20_261_123);
const lengthMs = 60_000;

/** Noise that is like no other, loud like speech, or too quiet to be taken for speech: no two frames are the same. */
const noise = (from: Random, durationMs: number, isLoud: boolean): Uint8Array =>
  Uint8Array.from(
    { length: durationMs * 8 },
    () => from.pick([0, 0x80]) + from.between(isLoud ? 0x10 : 0x6c, isLoud ? 0x2f : 0x7b),
  );

/** A minute of a caller who speaks for a second or two and is nearly silent for as long, again and again. */
function callersMinute(): Uint8Array {
  const parts: Uint8Array[] = [];
  let durationMs = 0;
  while (durationMs < lengthMs) {
    const spokenMs = dice.between(40, 100) * 20;
    const quietMs = dice.between(60, 150) * 20;
    parts.push(noise(dice, spokenMs, true), noise(dice, quietMs, false));
    durationMs += spokenMs + quietMs;
  }
  return new Uint8Array(Buffer.concat(parts));
}

const item = (): ReplyItem => ({
  type: "sound",
  audio: noise(dice, dice.between(500, 6_000), true),
  transcript: "noise",
});

const reply = (): Reply => ({ items: [item(), item()] });

/** A response may end by itself while the word that cancels it is on its way. */
const isRace = ({ code }: { code: string | null }): boolean => code === "response_cancel_not_active";

let world: World;
beforeAll(async () => {
  world = await startWorld({
    texts: { SAY_GREETING: "off", MODEL_GREETING: "Hello." },
    model: {
      scenario: { replies: Array.from({ length: 40 }, reply), pace: { deltaBytes: 3_333, speed: 4, thinkMs: 100 } },
    },
  });
});
afterAll(() => world.close());

describe("a minute at fifty frames a second", () => {
  test("every frame of the caller reaches the model once, in order; the phone gets the model's bytes up to each cut", async () => {
    const spoken = callersMinute();
    const script: PhoneStep[] = [{ step: "play-mulaw", audio: spoken }, { step: "hang-up" }];
    const { ended, phone } = await world.dial(script);
    const { log, streams } = await ended;
    const session = world.openai?.sessions.at(-1)?.realtime;
    if (session === undefined) throw new Error("the model was never reached");

    const arrived = Buffer.from(session.appended());
    // A line begins with a frame of silence: what is spoken in 20 ms is sent when they are over.
    const said = Buffer.concat([silence(20), phone.recording.caller()]);
    const from = said.indexOf(arrived.subarray(0, 1_600));
    expect(from).toBeGreaterThanOrEqual(0);
    expect(arrived.length / 160).toBeGreaterThan((lengthMs - 2_000) / 20);
    expect(arrived.equals(said.subarray(from, from + arrived.length))).toBe(true);
    // From the stream's first frame on: what came before was spoken to nobody yet.
    expect(from / 8).toBeLessThan((streams[0]?.startedAtMs ?? 0) + 100);

    expect(log.filter(({ kind }) => kind === "warning" || kind === "error")).toEqual([]);
    const objections = session
      .facts()
      .filter((fact) => fact.type === "warning" || (fact.type === "objected" && !isRace(fact)));
    expect(objections).toEqual([]);
    const heard = streams[0]?.heard ?? { messages: [], clears: [], bytes: 0 };
    const cuts = auditPlayback(heard, session.spoken(), session.facts());
    expect(cuts.length).toBeGreaterThan(5);
    const errorsMs = cuts.map(({ audioEndMs, heardMs }) => Math.round(Math.abs(audioEndMs - heardMs)));
    console.log(
      `${arrived.length / 160} frames, ${heard.messages.length} media messages, ${cuts.length} cuts; errors in ms: ${errorsMs.join(" ")}`,
    );
    expect(Math.max(...errorsMs)).toBeLessThanOrEqual(100);
  }, 180_000);
});
