import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isCallSid } from "../../common/ids.ts";
import type { PhoneStep } from "../../sim/phone/step.ts";
import { random } from "../bridge/random.ts";
import { inflict } from "../world/inflict.ts";
import { account, newCallSid, openRaw, startMessage, tokenFor } from "../world/raw-phone.ts";
import { type World, startWorld } from "../world/world.ts";
import { type Row, rowOf, table } from "./row.ts";
import { expectSound } from "./sound.ts";
import { ask, end, quiet } from "./steps.ts";
import { type StoryCall, troupe } from "./troupe.ts";
import { until } from "./until.ts";

const mostGapMs = 3_000;
const seed = 20_261_125;
/** From the second question's first word to the middle of the third: the first answer is what all is held against. */
const latestMs = 10_000;

const cast = troupe();
const rows: Row[] = [];
let world: World;
beforeAll(async () => {
  world = await startWorld({
    ...cast.plan,
    texts: { ...cast.plan.texts, ...account },
    assistants: "test/world/assistants/patient.ts",
  });
});
afterAll(() => world.close());
afterAll(() => console.log(table(rows)));

const script: PhoneStep[] = [quiet, ask, quiet, ask, ...end];

const abort = async (callSid: string): Promise<number> =>
  isCallSid(callSid) ? inflict(world.workerUrl, account, callSid, { fault: "abort" }) : 0;

/** Aborts its object, and holds the call to its word; `what` names it in the table. */
async function expectSurvives(call: StoryCall, what: string): Promise<void> {
  call.struck("worker abort");
  expect(await abort(call.callSid)).toBe(200);
  const row = await rowOf(`the object is aborted, ${what}`, call, cast.book, (callSid) =>
    world.worker.transcript(callSid),
  );
  rows.push(row);
  await expectSound(call, row, mostGapMs);
  expect((await call.ended).streams).toHaveLength(2);
  expect(call.sessions()).toHaveLength(2);
  expect(row.transcript?.isNoted).toBe(true);
  // Of the last second not everything need be known: then the caller was asked to say it again.
  expect(row.transcript?.unwrittenCount).toBeLessThanOrEqual(1);
}

/** A call whose object is gone so long after the second question was begun. */
async function loses(afterMs: number): Promise<void> {
  const call = await cast.call(world, { script, lengthMs: (count) => (count === 2 ? 4_000 : 2_000) });
  await call.reaches(3, afterMs);
  await expectSurvives(call, `${afterMs} ms into a turn`);
}

describe.concurrent("the call's object is gone in the middle of the talk", () => {
  test("in ten calls, at ten moments by chance: another goes on, and knows what was heard", async () => {
    const dice = random(seed);
    await Promise.all(Array.from({ length: 10 }, () => loses(dice.between(0, latestMs))));
  });

  test("while a tool runs: it is not run again, and what nobody knows of it is told", async () => {
    const call = await cast.call(world, { script, tool: "look_up" });
    const calledCount = (): number =>
      world.worker.logLines.filter((line) => line["callSid"] === call.callSid && line["event"] === "tool.called")
        .length;
    await until("the second tool", () => calledCount() === 2);
    await call.reaches(4, 1_400);
    await expectSurvives(call, "while a tool runs");
    expect(calledCount()).toBe(3);
    const told = JSON.stringify(call.sessions()[1]?.realtime.items());
    expect(told).toContain("whether it had an effect is not known");
  });

  test("a token that it has spent is refused by whoever goes on", async () => {
    const callSid = newCallSid();
    const start = startMessage(callSid, tokenFor(callSid));
    const phone = await openRaw(world.workerUrl, callSid);
    phone.send(start);
    await until("the stream's admission", () => phone.received.length > 0);
    expect(await abort(callSid)).toBe(200);
    expect((await phone.closed).code).toBe(1006);
    const again = await openRaw(world.workerUrl, callSid);
    again.send(start);
    expect(await again.closed).toEqual({ code: 1008, reason: "token already used" });
  });
});
