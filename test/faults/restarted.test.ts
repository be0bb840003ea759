import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type House, startHouse } from "../../scripts/parts/house.ts";
import type { Part } from "../../scripts/parts/part.ts";
import { type SidePlan, startWorker } from "../../scripts/parts/worker.ts";
import type { PhoneStep } from "../../sim/phone/step.ts";
import { humming } from "../../sim/voice/hum.ts";
import { type RawPhone, account, newCallSid, openRaw, startMessage, tokenFor } from "../world/raw-phone.ts";
import { childrenWith } from "./processes.ts";
import { type Row, rowOf, table } from "./row.ts";
import { expectSound } from "./sound.ts";
import { ask, end, quiet } from "./steps.ts";
import { type StoryCall, troupe } from "./troupe.ts";
import { until } from "./until.ts";

/** `/stream-ended` asks three times; a Worker that is up later than this is not asked any more. */
const askedForMs = 5_000;
const mostGapMs = 8_000;
const mostSilenceMs = 3_000;
/** A second more, on a busy machine. */
const slackMs = 1_000;
const mostTries = 2;

const cast = troupe();
const rows: Row[] = [];
let house: House;
let worker: { part: Part; plan: SidePlan };
beforeAll(async () => {
  house = await startHouse({
    ...cast.plan,
    texts: { ...cast.plan.texts, ...account },
    speak: (text, voice) => humming(voice === "twilio" ? text.slice(0, 10) : text, voice),
    worker: async (plan) => {
      worker = { part: await startWorker(plan), plan };
      return { close: () => worker.part.close() };
    },
  });
});
afterAll(() => house.close());
afterAll(() => console.log(table(rows)));

/** Kills the Worker with all its processes, and starts it again in the same place; gives how long it was away. */
async function restart(): Promise<number> {
  const { part, plan } = worker;
  const pids = await childrenWith(`--port ${plan.port}`);
  expect(pids.length).toBeGreaterThanOrEqual(2);
  const sinceMs = performance.now();
  for (const pid of pids) process.kill(pid, "SIGKILL");
  await part.ended;
  worker = { part: await startWorker(plan), plan };
  return performance.now() - sinceMs;
}

/** The longest sentence of the model's is under way when everything is gone. */
const script: PhoneStep[] = [
  quiet,
  ask,
  quiet,
  ask,
  { step: "wait-for-agent", spokenMs: 1_200 },
  { step: "wait-for-quiet", quietMs: 8_000 },
  ...end.slice(1),
];

const callSid = newCallSid();

/** A stream that shows this token. */
async function shows(token: string): Promise<RawPhone> {
  const phone = await openRaw(house.workerUrl, callSid);
  phone.send(startMessage(callSid, token));
  return phone;
}

/** A call that was there when the Worker was killed; a token that was spent before; how long the Worker was away. */
type Survivor = { call: StoryCall; token: string; awayMs: number };

/** A machine may be too slow to start a Worker while it is asked for: then the story is told again, once. */
async function survived(triesLeft = mostTries): Promise<Survivor> {
  const call = await cast.call(house, { script, lengthMs: (count) => (count === 2 ? 6_000 : 2_000) });
  await call.reaches(3);
  const token = tokenFor(callSid);
  const stream = await shows(token);
  await until("the stream's admission", () => stream.received.length > 0);
  await call.reaches(5);
  call.struck("the Worker is killed");
  const awayMs = await restart();
  if (awayMs < askedForMs || triesLeft === 1) return { call, token, awayMs };
  call.call.end("completed");
  await call.ended;
  return survived(triesLeft - 1);
}

async function expectGoesOn(call: StoryCall): Promise<void> {
  const row = await rowOf("the Worker is killed, and started again", call, cast.book);
  rows.push(row);
  await expectSound(call, row, mostGapMs);
  const { atMs } = call.blows[0] ?? { atMs: Infinity };
  expect(row.heard.soundAfterMs(atMs) - atMs).toBeLessThanOrEqual(mostSilenceMs + slackMs);
  expect((await call.ended).streams).toHaveLength(2);
  // Nothing but the record knows what was said before; here the model's memory stands for the transcript.
  expect(call.sessions()).toHaveLength(2);
  const told = JSON.stringify(call.sessions()[1]?.realtime.items());
  for (const known of ["to question 0", "to question 1", "not understood"]) expect(told).toContain(known);
}

/** A Worker that comes so late may be asked once more, or never: the Function answers alone then. */
async function expectNoSilence(call: StoryCall): Promise<void> {
  console.log("The Worker was not up again in time, twice: whether it was still asked is chance.");
  const { log } = await call.ended;
  const verbs = log.flatMap((entry) => (entry.kind === "verb" ? [entry.verb] : []));
  expect(verbs.filter((verb) => verb === "Connect").length === 2 || verbs.includes("Record")).toBe(true);
}

describe("the Worker's process is killed, and started again", () => {
  test("a sentence is heard at once, then the same conversation goes on; a token that was spent before stays spent", async () => {
    const { call, token, awayMs } = await survived();
    await call.ended;
    if (awayMs < askedForMs) await expectGoesOn(call);
    else await expectNoSilence(call);
    const after = await shows(token);
    expect(await after.closed).toEqual({ code: 1008, reason: "token already used" });
    await until("the end of the model's legs", () => house.openai?.sessions.every((each) => !each.isOpen()) ?? false);
  }, 180_000);
});
