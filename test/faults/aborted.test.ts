import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isCallSid } from "../../common/ids.ts";
import type { PhoneStep } from "../../sim/phone/step.ts";
import { random } from "../bridge/random.ts";
import { inflict } from "../world/inflict.ts";
import { account, newCallSid, openRaw, startMessage, tokenFor } from "../world/raw-phone.ts";
import { type World, startWorld } from "../world/world.ts";
import { type Row, rowOf, table } from "./row.ts";
import { expectSound } from "./sound.ts";
import { ask, end, longQuiet, quiet } from "./steps.ts";
import { troupe } from "./troupe.ts";
import { until } from "./until.ts";

const mostGapMs = 3_000;
/** From the second question on: the first answer is the one that all is held against. */
const earliestMs = 500;
const latestMs = 9_000;

const cast = troupe();
const rows: Row[] = [];
let world: World;
beforeAll(async () => {
  world = await startWorld({ ...cast.plan, texts: { ...cast.plan.texts, ...account } });
});
afterAll(() => world.close());
afterAll(() => console.log(table(rows)));

const script: PhoneStep[] = [quiet, ask, quiet, ask, longQuiet, ask, ...end];

const abort = async (callSid: string): Promise<number> =>
  isCallSid(callSid) ? inflict(world.workerUrl, account, callSid, { fault: "abort" }) : 0;

describe.concurrent("the call's object is gone in the middle of the talk", () => {
  test.each(Array.from({ length: 10 }, (_, index) => index + 1))(
    "at a moment by chance, no. %i: another goes on, and knows what was heard",
    async (seed) => {
      const atMs = random(seed).between(earliestMs, latestMs);
      const call = await cast.call(world, { script, lengthMs: (count) => (count === 2 ? 4_000 : 2_000) });
      await call.reaches(3, atMs);
      call.struck("worker abort");
      expect(await abort(call.callSid)).toBe(200);
      const row = await rowOf(`the object is aborted ${atMs} ms after a question began`, call, cast.book, (callSid) =>
        world.worker.transcript(callSid),
      );
      rows.push(row);
      await expectSound(call, row, mostGapMs);
      expect((await call.ended).streams).toHaveLength(2);
      expect(call.sessions()).toHaveLength(2);
      expect(row.transcript?.isNoted).toBe(true);
      // Of the last second not everything need be known: then the caller was asked to say it again.
      expect(row.transcript?.unwrittenCount).toBeLessThanOrEqual(1);
    },
  );

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
