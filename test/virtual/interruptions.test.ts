import { describe, expect, test } from "vitest";
import { percentile } from "../../bench/percentile.ts";
import { auditPlayback } from "../../sim/audit.ts";
import type { PhoneStep } from "../../sim/phone/step.ts";
import type { Network } from "../../sim/network/delay.ts";
import { type Random, random } from "../bridge/random.ts";
import { virtualCall } from "../world/virtual-call.ts";
import { noise } from "./noise.ts";

const interruptionsPerCall = 10;

/** An interruption anywhere within eight seconds of what the agent says, from its first word on. */
const interruption = (dice: Random): PhoneStep[] => [
  { step: "wait-for-agent", spokenMs: dice.between(0, 8_000), atMostMs: 12_000 },
  { step: "say", text: "Stop it" },
  { step: "pause", ms: 300 },
];

/** The errors of at least 200 interruptions, |audio_end_ms − heard| in ms. */
async function errorsMs(callCount: number, networkOf: (dice: Random) => Network): Promise<number[]> {
  const errors: number[] = [];
  for (let seed = 1; seed <= callCount; seed += 1) {
    const dice = random(seed);
    const call = await virtualCall({
      network: networkOf(dice),
      scenario: {
        replies: Array.from({ length: interruptionsPerCall + 2 }, () => ({
          items: [{ type: "sound" as const, audio: noise(dice, 12_000), transcript: "noise" }],
        })),
      },
      script: [
        { step: "say", text: "Hello" },
        ...Array.from({ length: interruptionsPerCall }, () => interruption(dice)).flat(),
        { step: "hang-up" },
      ],
    });
    do await call.run(1_000);
    while (call.conversation.end === undefined);
    const facts = call.session.facts();
    expect(facts.filter(({ type }) => type === "objected")).toEqual([]);
    const cuts = auditPlayback(call.stream.heard, call.session.spoken(), facts);
    // Not one clear without a cut, nor a cut without a clear.
    expect(call.stream.heard.clears).toHaveLength(cuts.length);
    errors.push(...cuts.map(({ audioEndMs, heardMs }) => audioEndMs - heardMs));
  }
  return errors;
}

describe("how exactly the model's memory is cut", () => {
  test.each<[string, number, number, (dice: Random) => Network]>([
    ["a near phone", 20, 25, () => ({ toServer: steady(0), toTwilio: steady(0), random: () => 0 })],
    ["a phone 100 ms away", 20, 25, () => ({ toServer: steady(100), toTwilio: steady(100), random: () => 0 })],
    [
      "a phone 100 ms ± 30 ms away",
      20,
      60,
      (dice) => ({ toServer: jittery, toTwilio: jittery, random: () => dice.next() }),
    ],
  ])("%s: 99 of 100 cuts are within %i ms of what was heard", async (where, boundMs, callCount, networkOf) => {
    const signed = await errorsMs(callCount, networkOf);
    const errors = signed.map(Math.abs);
    const meanMs = signed.reduce((sum, error) => sum + error, 0) / signed.length;
    console.log(
      `${where}: ${errors.length} interruptions, error p50 ${percentile(errors, 50).toFixed(1)} ms, p99 ${percentile(errors, 99).toFixed(1)} ms, mean ${meanMs.toFixed(1)} ms`,
    );
    expect(errors.length).toBeGreaterThanOrEqual(200);
    expect(percentile(errors, 99)).toBeLessThanOrEqual(boundMs);
  });
});

const steady = (delayMs: number) => ({ delayMs, jitterMs: 0 });
const jittery = { delayMs: 70, jitterMs: 60 };
