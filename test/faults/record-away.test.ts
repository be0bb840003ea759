import { afterAll, expect, test } from "vitest";
import type { PhoneStep } from "../../sim/phone/step.ts";
import { startWorld } from "../world/world.ts";
import { type Row, rowOf, table } from "./row.ts";
import { expectSound } from "./sound.ts";
import { ask, end, quiet } from "./steps.ts";
import { troupe } from "./troupe.ts";

const rows: Row[] = [];
afterAll(() => console.log(table(rows)));

test("the record cannot be had: the call goes on, is not held up, and survives its model", async () => {
  const cast = troupe();
  const world = await startWorld({ ...cast.plan, record: "test/world/parts/no-record.ts" });
  const script: PhoneStep[] = [quiet, ask, quiet, { step: "pause", ms: 200 }, ask, ...end];
  const call = await cast.call(world, { script });
  await call.reaches(3);
  call.struck("model drop");
  call.sessions().at(-1)?.befall({ type: "drop" });
  const row = await rowOf("the record is away, and the model is dropped", call, cast.book, (callSid) =>
    world.worker.transcript(callSid),
  );
  rows.push(row);
  await expectSound(call, row, 1_500);
  expect((await call.ended).streams).toHaveLength(1);
  const lines = world.worker.logLines.filter((line) => line["callSid"] === call.callSid);
  // Once where it was asked, and once where it was written to: nobody's log is flooded.
  expect(lines.filter(({ event }) => event === "record.away").map(({ reason }) => String(reason))).toEqual([
    expect.stringContaining("the storage is broken"),
    expect.stringContaining("the storage is broken"),
  ]);
  expect(lines.find(({ event }) => event === "call.ended")).toMatchObject({ verdict: "hang-up" });
  expect(lines.filter(({ event }) => event === "bug")).toEqual([]);
  await world.close();
});
