import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isCallSid } from "../../common/ids.ts";
import type { PhoneStep } from "../../sim/phone/step.ts";
import type { DevFault } from "../../worker/dev/faults.ts";
import { inflict } from "../world/inflict.ts";
import { account } from "../world/raw-phone.ts";
import { type World, startWorld } from "../world/world.ts";
import { isInMemory } from "./in-memory.ts";
import { ask, end, quiet } from "./steps.ts";
import { type StoryCall, troupe } from "./troupe.ts";
import { until } from "./until.ts";

const mostMs = 15_000;
/** On a busy machine. */
const slackMs = 1_000;

const cast = troupe();
let world: World;
beforeAll(async () => {
  world = await startWorld({
    ...cast.plan,
    texts: { ...cast.plan.texts, ...account },
    // SIDs of its own: an object of the same name in another test's runtime would be taken for this one's.
    twilio: { ...cast.plan.twilio, seed: `over ${process.pid}` },
  });
});
afterAll(() => world.close());

const script: PhoneStep[] = [quiet, ask, ...end];

const inWorker =
  (fault: DevFault) =>
  async ({ callSid }: StoryCall): Promise<void> => {
    if (isCallSid(callSid)) expect(await inflict(world.workerUrl, account, callSid, fault)).toBe(200);
  };

/** What befalls a call in its first answer. */
const courses: [string, (call: StoryCall) => unknown][] = [
  ["to which nothing happened", () => {}],
  ["that lost its model", (call) => call.sessions().at(-1)?.befall({ type: "drop" })],
  ["whose model fell silent for ever", (call) => call.sessions().at(-1)?.befall({ type: "stall", forMs: "ever" })],
  ["that lost its stream", ({ call }) => call.befallStream({ type: "drop" })],
  ["whose stream fell silent for ever", ({ call }) => call.befallStream({ type: "stall", forMs: "ever" })],
  ["that let go of its stream", inWorker({ fault: "drop-stream" })],
  ["that lost its object", inWorker({ fault: "abort" })],
];

describe.runIf(process.platform === "linux").concurrent("nothing is left of a call that is over", () => {
  test.for(courses)("%s: its object is out of memory within fifteen seconds", async ([what, strike]) => {
    const call = await cast.call(world, { script });
    const objectId = await world.worker.idOf(call.callSid);
    await call.reaches(2, 2_000);
    expect(await isInMemory(objectId)).toBe(true);
    await strike(call);
    await call.ended;
    const sinceMs = performance.now();
    await until("the end of the object", async () => !(await isInMemory(objectId)));
    const goneAfterMs = performance.now() - sinceMs;
    console.log(`a call ${what}: its object is gone after ${Math.round(goneAfterMs)} ms`);
    expect(goneAfterMs).toBeLessThanOrEqual(mostMs + slackMs);
  });
});
