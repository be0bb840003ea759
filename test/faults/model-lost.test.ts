import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PhoneStep } from "../../sim/phone/step.ts";
import { type World, startWorld } from "../world/world.ts";
import { type Row, rowOf, table } from "./row.ts";
import { expectSound } from "./sound.ts";
import { ask, end, quiet } from "./steps.ts";
import { type StoryCall, troupe } from "./troupe.ts";
import { until } from "./until.ts";

const cast = troupe();
const rows: Row[] = [];
let world: World;
beforeAll(async () => {
  world = await startWorld({ ...cast.plan, assistants: "test/world/assistants/patient.ts" });
});
afterAll(() => world.close());
afterAll(() => console.log(table(rows)));

const mostGapMs = 1_500;

/** The connection to the model is gone, without a word. */
function drop(call: StoryCall, kind: string): void {
  call.struck(kind);
  call.sessions().at(-1)?.befall({ type: "drop" });
}

/** What must be so of every call whose model was lost. */
async function expectGoesOn(call: StoryCall, fault: string): Promise<void> {
  const row = await rowOf(fault, call, cast.book, (callSid) => world.worker.transcript(callSid));
  rows.push(row);
  await expectSound(call, row, mostGapMs);
  expect(call.sessions()).toHaveLength(2);
  expect(row.transcript?.unwrittenCount).toBe(0);
}

describe.concurrent("the model's connection is dropped", () => {
  test("while the agent speaks: what was sent is heard, and another session goes on from there", async () => {
    const script = [quiet, ask, quiet, ask, { step: "wait-for-agent", spokenMs: 1_200 }, ...end] satisfies PhoneStep[];
    const call = await cast.call(world, { script, lengthMs: (count) => (count === 2 ? 6_000 : 2_000) });
    await call.reaches(5);
    drop(call, "model drop");
    await expectGoesOn(call, "the model is dropped while the agent speaks");
  });

  test("while nobody speaks: the next question is answered like every other", async () => {
    const call = await cast.call(world, { script: [quiet, ask, quiet, { step: "pause", ms: 200 }, ask, ...end] });
    await call.reaches(3);
    drop(call, "model drop");
    await expectGoesOn(call, "the model is dropped while nobody speaks");
  });

  test("in the middle of the caller's sentence: it is heard whole, and answered", async () => {
    const call = await cast.call(world, { script: [quiet, ask, quiet, ask, ...end] });
    await call.reaches(3, 800);
    drop(call, "model drop");
    await expectGoesOn(call, "the model is dropped while the caller speaks");
  });

  test("while a tool runs: it runs once, and its answer is heard", async () => {
    const call = await cast.call(world, { script: [quiet, ask, quiet, ask, ...end], tool: "look_up" });
    const logged = (event: string): number =>
      world.worker.logLines.filter((line) => line["callSid"] === call.callSid && line["event"] === event).length;
    await until("the second tool", () => logged("tool.called") === 2);
    // By then what was asked is written down; so the next session knows of it.
    await call.reaches(4, 1_400);
    drop(call, "model drop");
    await expectGoesOn(call, "the model is dropped while a tool runs");
    expect(logged("tool.called")).toBe(3);
    expect(logged("tool.finished")).toBe(3);
  });
});
