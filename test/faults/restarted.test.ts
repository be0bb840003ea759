import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type House, startHouse } from "../../scripts/parts/house.ts";
import type { Part } from "../../scripts/parts/part.ts";
import { freePort } from "../../scripts/parts/ports.ts";
import { type SidePlan, startWorker } from "../../scripts/parts/worker.ts";
import type { PhoneStep } from "../../sim/phone/step.ts";
import { humming } from "../../sim/voice/hum.ts";
import { type RawPhone, account, newCallSid, openRaw, startMessage, tokenFor } from "../world/raw-phone.ts";
import { type Switch, startSwitch } from "../world/switch.ts";
import { childrenWith } from "./processes.ts";
import { type Row, rowOf, table } from "./row.ts";
import { expectSound } from "./sound.ts";
import { ask, end, quiet } from "./steps.ts";
import { troupe } from "./troupe.ts";
import { until } from "./until.ts";

/** How long nobody answers at the Worker's address. */
const awayMs = 2_000;
const mostGapMs = 8_000;
/** What the issue allows, and a second more on a busy machine. */
const mostSilenceMs = 3_000 + 1_000;

/**
 * Two Workers under `wrangler dev` with one storage, of which the second is started beforehand: how long that takes is the
 * machine's affair, and no caller's. It knows nothing of a call but what it reads there.
 */
type Workers = { port: number; first: Part & { port: number }; second: Part & { port: number }; wire: Switch };

async function startWorkers(plan: SidePlan): Promise<Workers> {
  const start = async (port: number) => ({ ...(await startWorker({ ...plan, port })), port });
  const first = await start(await freePort());
  const second = await start(await freePort());
  return { port: plan.port, first, second, wire: await startSwitch(plan.port, first.port) };
}

const cast = troupe();
const rows: Row[] = [];
let house: House;
let workers: Workers;
beforeAll(async () => {
  house = await startHouse({
    ...cast.plan,
    texts: { ...cast.plan.texts, ...account },
    speak: (text, voice) => humming(voice === "twilio" ? text.slice(0, 10) : text, voice),
    worker: async (plan) => {
      workers = await startWorkers(plan);
      const close = (): Promise<void[]> =>
        Promise.all([workers.wire.close(), workers.first.close(), workers.second.close()]);
      return { close: async () => void (await close()) };
    },
  });
});
afterAll(() => house.close());
afterAll(() => console.log(table(rows)));

/** Kills all processes of the Worker; a while later another is in its place. */
async function restart(): Promise<void> {
  const { port, first, second, wire } = workers;
  const pids = await childrenWith(`--port ${first.port}`);
  expect(pids.length).toBeGreaterThanOrEqual(2);
  for (const pid of pids) process.kill(pid, "SIGKILL");
  await Promise.all([first.ended, wire.close()]);
  await pause(awayMs);
  workers.wire = await startSwitch(port, second.port);
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

describe("the Worker's processes are killed, and it is started again", () => {
  test("a sentence is heard at once, then the same conversation goes on; a token that was spent before stays spent", async () => {
    const call = await cast.call(house, { script, lengthMs: (count) => (count === 2 ? 6_000 : 2_000) });
    await call.reaches(3);
    const token = tokenFor(callSid);
    const before = await shows(token);
    await until("the stream's admission", () => before.received.length > 0);
    await call.reaches(5);
    call.struck("the Worker is killed");
    await restart();

    const row = await rowOf("the Worker is killed, and started again", call, cast.book);
    rows.push(row);
    await expectSound(call, row, mostGapMs);
    const { atMs } = call.blows[0] ?? { atMs: Infinity };
    expect(row.heard.soundAfterMs(atMs) - atMs).toBeLessThanOrEqual(mostSilenceMs);
    expect((await call.ended).streams).toHaveLength(2);
    // Nothing but the record knows what was said before; here the model's memory stands for the transcript.
    expect(call.sessions()).toHaveLength(2);
    const told = JSON.stringify(call.sessions()[1]?.realtime.items());
    for (const known of ["to question 0", "to question 1", "not understood"]) expect(told).toContain(known);

    const after = await shows(token);
    expect(await after.closed).toEqual({ code: 1008, reason: "token already used" });
    await until("the end of the model's legs", () => house.openai?.sessions.every((each) => !each.isOpen()) ?? false);
  });
});
