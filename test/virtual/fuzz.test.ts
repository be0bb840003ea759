import { describe, expect, test } from "vitest";
import type { Fault, Reply, ReplyItem } from "../../sim/openai/scenario.ts";
import type { PhoneStep } from "../../sim/phone/step.ts";
import type { Network } from "../../sim/network/delay.ts";
import { percentile } from "../../bench/percentile.ts";
import { type Random, random } from "../bridge/random.ts";
import { auditPlayback } from "../../sim/audit.ts";
import { type VirtualCall, type VirtualCallOptions, virtualCall } from "../world/virtual-call.ts";
import { noise } from "./noise.ts";

const conversationCount = 1_000;
/** No call of these goes on for longer; one that does will never end. */
const longestMs = 300_000;

const words = "the agent goes on about something that nobody asked for and which is of no use to anyone at all ".split(
  " ",
);

const sentence = (dice: Random, most: number): string =>
  Array.from({ length: dice.between(1, most) }, () => dice.pick(["well", ...words])).join(" ");

function noisyItem(dice: Random): ReplyItem {
  const durationMs = dice.between(60, 8_000);
  return { type: "sound", audio: noise(dice, durationMs), transcript: `${durationMs} ms of noise` };
}

const toolCall: ReplyItem = { type: "function-call", name: "look_up", arguments: {} };

const items = (dice: Random): ReplyItem[] => [
  ...Array.from({ length: dice.between(dice.chance(0.2) ? 0 : 1, 2) }, () => noisyItem(dice)),
  ...(dice.chance(0.3) ? Array.from({ length: dice.between(1, 3) }, () => toolCall) : []),
];

const reply = (dice: Random): Reply => ({
  items: items(dice),
  thinkMs: dice.between(0, 400),
});

function turn(dice: Random): PhoneStep[] {
  const speech: PhoneStep = dice.chance(0.15)
    ? { step: "press", digits: dice.pick(["1", "42#", "4711"]) }
    : { step: "say", text: sentence(dice, 4) };
  if (dice.chance(0.6)) return [{ step: "wait-for-agent", spokenMs: dice.between(0, 4_000), atMostMs: 4_000 }, speech];
  return [{ step: "wait-for-quiet", quietMs: dice.between(100, 900), atMostMs: 8_000 }, speech];
}

/** How a leg is lost: the stream's socket, or the model's in one of its ways. */
function loss(dice: Random): Loss {
  const atMs = dice.between(600, 20_000);
  const error = { type: "server_error", code: "insufficient_quota", message: "" };
  return dice.pick<Loss>([
    { dropAtMs: atMs },
    { fault: { type: "drop", atMs } },
    { fault: { type: "close", atMs, code: 1011, reason: "" } },
    { fault: { type: "expire", atMs } },
    { fault: { type: "error", atMs, error } },
    { fault: { type: "hold-session-updated", forMs: "ever" } },
  ]);
}

type Loss = { dropAtMs: number } | { fault: Fault };

type Story = VirtualCallOptions & { network: Network; isLost: boolean };

function story(seed: number): Story {
  const dice = random(seed);
  const delay = { delayMs: dice.pick([0, 0, 20, 70]), jitterMs: dice.pick([0, 0, 60]) };
  const lost = dice.chance(0.15) ? loss(dice) : undefined;
  const faults = lost !== undefined && "fault" in lost ? [lost.fault] : [];
  const replies = Array.from({ length: 12 }, () => reply(dice));
  const pace = {
    deltaBytes: dice.pick([3_200, 160, 1_000, 4_801]),
    speed: dice.pick([1.2, 5, 20]),
    lateDeltaCount: dice.between(0, 4),
  };
  return {
    isLost: lost !== undefined,
    ...(lost && "dropAtMs" in lost && lost),
    // Twilio comes back with another stream.
    resumesAfterMs: 300,
    script: [
      { step: "say", text: sentence(dice, 4) },
      ...Array.from({ length: 6 }, () => turn(dice)).flat(),
      { step: "hang-up" },
    ],
    scenario: (sessionIndex) => ({ replies, pace, faults: sessionIndex === 0 ? faults : [] }),
    bridge: dice.chance(0.5) ? { interruption: { minMs: dice.pick([100, 200, 300]) } } : {},
    toolMs: () => dice.pick([0, 50, 300, 1_500, 6_000]),
    modelDelayMs: dice.pick([0, 0, 25, 80]),
    network: { toServer: delay, toTwilio: delay, random: () => dice.next() },
    ...(dice.chance(0.3) && { preparedMs: dice.between(0, 2_000) }),
    ...(dice.chance(0.3) && { greeting: "Hello." }),
  };
}

async function play(seed: number): Promise<{ call: VirtualCall; story: Story }> {
  const told = story(seed);
  const call = await virtualCall(told);
  for (let ms = 0; ms < longestMs && call.conversation.end === undefined; ms += 1_000) await call.run(1_000);
  await call.run(2_000);
  return { call, story: told };
}

/** No tool of these runs for longer, with all that lies between. */
const longestToolMs = 6_500;

/** The model got one output for each call of a tool, except for those that the end of the call broke off. */
function auditTools(call: VirtualCall): number {
  const stored = call.session.items();
  const calls = stored.flatMap((item) => (item.type === "function_call" ? (item.call_id ?? []) : []));
  const outputs = stored.flatMap((item) => (item.type === "function_call_output" ? item.call_id : []));
  expect(new Set(outputs).size).toBe(outputs.length);
  expect(outputs.filter((id) => !calls.includes(id))).toEqual([]);
  const endedAtMs = call.log.find(({ event }) => event === "call.ended")?.atMs ?? 0;
  const due = call.log.filter(({ event, atMs }) => event === "tool.called" && atMs < endedAtMs - longestToolMs);
  expect(due.filter(({ fields }) => !outputs.includes(String(fields["toolCallId"])))).toEqual([]);
  return outputs.length;
}

/** What the model refused, and was warned of. That two of its responses met on the way is nobody's fault. */
const complaints = (call: VirtualCall) =>
  call.sessions
    .flatMap((session) => session.facts())
    .filter((fact) => fact.type === "warning" || (fact.type === "objected" && !raceCodes.includes(fact.code ?? "")));

const raceCodes = ["conversation_already_has_active_response", "response_cancel_not_active"];

type Tally = { tools: number; races: number; lost: number; wentOn: number; steadyMs: number[]; jitteryMs: number[] };

describe(`${conversationCount} random conversations between the stand-ins, with tools, interruptions, races and drops`, () => {
  test("each ends, nothing is refused, warned of, lost, out of order or left over, and the model keeps what was heard", async () => {
    const tally: Tally = { tools: 0, races: 0, lost: 0, wentOn: 0, steadyMs: [], jitteryMs: [] };
    for (let seed = 1; seed <= conversationCount; seed += 1) {
      const { call, story: told } = await play(seed);
      const context = `seed ${seed}`;
      const { end } = call.conversation;
      expect(end?.verdict, `${context}: ${end?.reason}`).toBeOneOf(told.isLost ? ["hang-up", "fallback"] : ["hang-up"]);
      expect(call.warnings, context).toEqual([]);
      expect(complaints(call), context).toEqual([]);
      expect(call.conversation.census(), context).toEqual({ streamCount: 0, modelLegCount: 0, timerCount: 0 });
      expect(call.pendingTimerCount(), context).toBe(0);
      count(tally, call, told);
    }
    report(tally);
    expect(tally.tools).toBeGreaterThan(1_000);
    expect(tally.races).toBeGreaterThan(0);
    expect(tally.lost).toBeGreaterThan(100);
    // A model that is lost before it was ready may be of no use at all.
    expect(tally.wentOn / tally.lost).toBeGreaterThan(0.7);
    expect(percentile(tally.steadyMs, 99)).toBeLessThanOrEqual(20);
    expect(percentile(tally.jitteryMs, 99)).toBeLessThanOrEqual(20);
  }, 300_000);
});

function count(tally: Tally, call: VirtualCall, { isLost, network }: Story): void {
  const facts = call.session.facts();
  tally.tools += auditTools(call);
  tally.races += facts.filter((fact) => fact.type === "objected" && raceCodes.includes(fact.code ?? "")).length;
  tally.lost += Number(isLost);
  tally.wentOn += Number(isLost && call.conversation.end?.verdict === "hang-up");
  // What was on its way when a leg was lost, or the caller hung up, is not to be held against anybody.
  if (isLost) return;
  const errorsMs = network.toServer.jitterMs > 0 ? tally.jitteryMs : tally.steadyMs;
  for (const { audioEndMs, heardMs } of auditPlayback(call.stream.heard, call.session.spoken(), facts, {
    mayEndEarly: true,
  }))
    errorsMs.push(Math.abs(audioEndMs - heardMs));
}

function report({ tools, races, lost, wentOn, steadyMs, jitteryMs }: Tally): void {
  for (const [network, errorsMs] of Object.entries({ steady: steadyMs, jittery: jitteryMs }))
    console.log(
      `${network} network: ${errorsMs.length} cuts, truncation error p50 ${percentile(errorsMs, 50).toFixed(1)} ms, p99 ${percentile(errorsMs, 99).toFixed(1)} ms`,
    );
  console.log(
    `${tools} tools were called and answered, ${races} races, ${lost} calls lost a leg, ${wentOn} of them went on`,
  );
}
