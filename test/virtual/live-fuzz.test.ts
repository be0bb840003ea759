import { describe, expect, test } from "vitest";
import type { Fault, Reply, ReplyItem } from "../../sim/openai/scenario.ts";
import type { PhoneStep } from "../../sim/phone/step.ts";
import { hum } from "../../sim/voice/hum.ts";
import { type Random, random } from "../bridge/random.ts";
import { type VirtualCallOptions, virtualCallOn } from "../world/virtual-call.ts";
import { live } from "../world/virtual-models.ts";

const conversationCount = 300;
/** No call of these goes on for longer. */
const longestMs = 300_000;

const toolCall: ReplyItem = { type: "function-call", name: "look_up", arguments: {} };
const spoken = (dice: Random): ReplyItem => ({
  type: "sound",
  audio: hum("m".repeat(dice.between(2, 90)), "assistant"),
  transcript: "well, that is so, and then it is not",
});

const reply = (dice: Random): Reply => ({
  items: [
    ...(dice.chance(0.8) ? [spoken(dice)] : []),
    ...(dice.chance(0.3) ? Array.from({ length: dice.between(1, 3) }, () => toolCall) : []),
  ],
  thinkMs: dice.between(0, 600),
  ...(dice.chance(0.05) && {
    ending: { status: "incomplete", afterMs: dice.between(100, 900), reason: "content_filter" },
  }),
});

function turn(dice: Random): PhoneStep[] {
  const speech: PhoneStep = dice.chance(0.15)
    ? { step: "press", digits: dice.pick(["1", "42#", "4711"]) }
    : { step: "say", text: "m".repeat(dice.between(2, 25)) };
  if (dice.chance(0.6)) return [{ step: "wait-for-agent", spokenMs: dice.between(0, 4_000), atMostMs: 4_000 }, speech];
  return [{ step: "wait-for-quiet", quietMs: dice.between(100, 900), atMostMs: 8_000 }, speech];
}

const loss = (dice: Random): Fault => {
  const atMs = dice.between(600, 20_000);
  return dice.pick<Fault>([
    { type: "drop", atMs },
    { type: "close", atMs, code: 1011, reason: "" },
    { type: "expire", atMs },
    { type: "drop-on-close" },
    { type: "hold-session-started", forMs: dice.between(0, 6_000) },
  ]);
};

type Story = VirtualCallOptions & { fault: Fault | undefined };

function story(seed: number): Story {
  const dice = random(seed);
  const delay = { delayMs: dice.pick([0, 20, 70]), jitterMs: dice.pick([0, 60, 400]) };
  const fault = dice.chance(0.2) ? loss(dice) : undefined;
  return {
    fault,
    script: [...Array.from({ length: 7 }, () => turn(dice)).flat(), { step: "hang-up" }],
    scenario: {
      replies: Array.from({ length: 12 }, () => reply(dice)),
      live: {
        deltaMs: dice.pick([20, 20, 50, 100]),
        reactions: Array.from({ length: 8 }, () =>
          dice.chance(0.3) ? { type: "talk-on" } : { type: "yield", afterMs: dice.between(100, 900) },
        ),
      },
      ...(fault && { faults: [fault] }),
    },
    bridge: { turnSilenceMs: 500, ...(dice.chance(0.3) && { silence: { promptAfterMs: 6_000, promptCount: 1 } }) },
    toolMs: () => dice.pick([0, 50, 300, 1_500, 6_000]),
    modelDelayMs: dice.pick([0, 25, 80]),
    modelStalls: Array.from({ length: 6 }, (_, index) => ({
      atMs: index * 9_000 + dice.between(0, 8_000),
      durationMs: dice.between(0, 3_000),
    })),
    network: { toServer: delay, toTwilio: delay, random: () => (dice.chance(0.98) ? 0 : dice.next()) },
    ...(dice.chance(0.3) && { preparedMs: dice.between(0, 2_000) }),
    ...(dice.chance(0.4) && { greeting: "Hello." }),
  };
}

describe(`${conversationCount} random conversations on GPT-Live, on networks that stall, with tools, keys and losses`, () => {
  test("each ends; nothing is refused or left over; every tool is answered once; appended audio keeps the time", async () => {
    const tally = { tools: 0, clears: 0, lost: 0, notes: 0 };
    for (let seed = 1; seed <= conversationCount; seed += 1) {
      const { fault, ...told } = story(seed);
      const call = await virtualCallOn(live, told);
      for (let ms = 0; ms < longestMs && call.conversation.end === undefined; ms += 1_000) await call.run(1_000);
      const lastedMs = call.log.find(({ event }) => event === "call.ended")?.atMs ?? 0;
      const startedMs = call.log.find(({ event }) => event === "model.ready")?.atMs ?? lastedMs;
      const appendedMs = call.session.appended().length / 8;
      await call.run(20_000);
      const context = `seed ${seed}: ${call.conversation.end?.reason}`;
      const mayFall = fault !== undefined && fault.type !== "drop-on-close";
      expect(call.conversation.end?.verdict, context).toBeOneOf(mayFall ? ["hang-up", "fallback"] : ["hang-up"]);
      expect(call.warnings, context).toEqual([]);
      const complaints = call.session.facts().filter(({ type }) => type === "objected" || type === "warning");
      expect(complaints, context).toEqual([]);
      expect(call.conversation.census(), context).toEqual({ streamCount: 0, modelLegCount: 0, timerCount: 0 });
      expect(call.pendingTimerCount(), context).toBe(0);
      const outputs = call.sent.filter((message) => message.includes("function_call_output"));
      expect(new Set(outputs.map((message) => /"call_id":"([^"]+)"/.exec(message)?.[1])).size, context).toBe(
        outputs.length,
      );
      if (fault === undefined) expect(Math.abs(appendedMs - (lastedMs - startedMs)), context).toBeLessThanOrEqual(250);
      tally.tools += outputs.length;
      tally.clears += call.stream.heard.clears.length;
      tally.lost += Number(call.conversation.end?.verdict === "fallback");
      tally.notes += call.sent.filter((message) => message.includes("did not hear")).length;
    }
    console.log(
      `${tally.tools} tools answered, ${tally.clears} clears, ${tally.notes} times told what was not heard, ${tally.lost} calls lost`,
    );
    expect(tally.tools).toBeGreaterThan(200);
    expect(tally.clears).toBeGreaterThan(20);
    expect(tally.notes).toBeGreaterThan(0);
  }, 300_000);
});
