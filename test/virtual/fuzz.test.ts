import { describe, expect, test } from "vitest";
import type { Reply, ReplyItem } from "../../sim/openai/scenario.ts";
import type { PhoneStep } from "../../sim/phone/step.ts";
import type { Network } from "../../sim/twilio/network/delay.ts";
import { percentile } from "../../bench/percentile.ts";
import { type Random, random } from "../bridge/random.ts";
import { auditPlayback } from "../../sim/audit.ts";
import { type VirtualCall, type VirtualCallOptions, virtualCall } from "../world/virtual-call.ts";

const words = "the agent goes on about something that nobody asked for and which is of no use to anyone at all ".split(
  " ",
);

const sentence = (dice: Random, most: number): string =>
  Array.from({ length: dice.between(1, most) }, () => dice.pick(["well", ...words])).join(" ");

/** Noise that is like no other: where an item was cut can be told from the bytes alone. */
function noise(dice: Random): ReplyItem {
  const durationMs = dice.between(60, 8_000);
  const audio = Uint8Array.from({ length: durationMs * 8 }, () => dice.pick([0x10, 0x90]) + dice.between(0, 31));
  return { type: "sound", audio, transcript: `${durationMs} ms of noise` };
}

const toolCall: ReplyItem = { type: "function-call", name: "look_up", arguments: {} };

const items = (dice: Random): ReplyItem[] => [
  ...Array.from({ length: dice.between(dice.chance(0.2) ? 0 : 1, 2) }, () => noise(dice)),
  ...(dice.chance(0.3) ? Array.from({ length: dice.between(1, 3) }, () => toolCall) : []),
];

const reply = (dice: Random): Reply => ({
  items: items(dice),
  thinkMs: dice.between(0, 400),
});

function turn(dice: Random): PhoneStep[] {
  const speech: PhoneStep = { step: "say", text: sentence(dice, 4) };
  if (dice.chance(0.6)) return [{ step: "wait-for-agent", spokenMs: dice.between(0, 4_000), atMostMs: 4_000 }, speech];
  return [{ step: "wait-for-quiet", quietMs: dice.between(100, 900), atMostMs: 8_000 }, speech];
}

function story(seed: number): VirtualCallOptions & { network: Network } {
  const dice = random(seed);
  const delay = { delayMs: dice.pick([0, 0, 20, 70]), jitterMs: dice.pick([0, 0, 60]) };
  return {
    script: [
      { step: "say", text: sentence(dice, 4) },
      ...Array.from({ length: 6 }, () => turn(dice)).flat(),
      { step: "hang-up" },
    ],
    scenario: {
      replies: Array.from({ length: 12 }, () => reply(dice)),
      pace: {
        deltaBytes: dice.pick([3_200, 160, 1_000, 4_801]),
        speed: dice.pick([1.2, 5, 20]),
        lateDeltaCount: dice.between(0, 4),
      },
    },
    toolMs: () => dice.pick([0, 50, 300, 1_500, 6_000]),
    network: { toServer: delay, toTwilio: delay, random: () => dice.next() },
    ...(dice.chance(0.3) && { greeting: "Hello." }),
  };
}

async function play(seed: number): Promise<{ call: VirtualCall; delayed: boolean }> {
  const { network, ...rest } = story(seed);
  const call = await virtualCall({ ...rest, network });
  do await call.run(1_000);
  while (call.conversation.end === undefined);
  await call.run(1_000);
  return { call, delayed: network.toServer.jitterMs > 0 };
}

/** The model got one output for each call of a tool, except for those that the end of the call broke off. */
function auditTools(call: VirtualCall): number {
  const items = call.session.items();
  const calls = items.flatMap((item) => (item.type === "function_call" ? (item.call_id ?? []) : []));
  const outputs = items.flatMap((item) => (item.type === "function_call_output" ? item.call_id : []));
  expect(new Set(outputs).size).toBe(outputs.length);
  expect(outputs.filter((id) => !calls.includes(id))).toEqual([]);
  return outputs.length;
}

describe("150 random conversations between the stand-ins", () => {
  test("nothing is refused, warned of, lost, out of order or left over, and the model keeps what was heard", async () => {
    let toolCount = 0;
    const errorsMs = { steady: [] as number[], jittery: [] as number[] };
    for (let seed = 1; seed <= 150; seed += 1) {
      const { call, delayed } = await play(seed);
      const facts = call.session.facts();
      const context = `seed ${seed}`;
      expect(call.conversation.end?.verdict, context).toBe("hang-up");
      expect(call.warnings, context).toEqual([]);
      expect(
        facts.filter(({ type }) => type === "objected" || type === "warning"),
        context,
      ).toEqual([]);
      expect(call.conversation.census(), context).toEqual({ streamCount: 0, modelLegCount: 0, timerCount: 0 });
      expect(call.pendingTimerCount(), context).toBe(0);
      toolCount += auditTools(call);
      for (const { audioEndMs, heardMs } of auditPlayback(call.stream.heard, call.session.spoken(), facts))
        errorsMs[delayed ? "jittery" : "steady"].push(Math.abs(audioEndMs - heardMs));
    }
    for (const [network, errors] of Object.entries(errorsMs))
      console.log(
        `${network} network: ${errors.length} cuts, truncation error p50 ${percentile(errors, 50).toFixed(1)} ms, p99 ${percentile(errors, 99).toFixed(1)} ms`,
      );
    console.log(`${toolCount} tools were called and answered`);
    expect(toolCount).toBeGreaterThan(100);
    expect(percentile(errorsMs.steady, 99)).toBeLessThanOrEqual(20);
    expect(percentile(errorsMs.jittery, 99)).toBeLessThanOrEqual(80);
  });
});
