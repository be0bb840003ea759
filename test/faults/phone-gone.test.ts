import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Fact } from "../../sim/openai/facts.ts";
import type { PhoneStep } from "../../sim/phone/step.ts";
import { account, mediaMessage, newCallSid, openRaw, startMessage, tokenFor } from "../world/raw-phone.ts";
import { type World, startWorld } from "../world/world.ts";
import { type Row, rowOf, table } from "./row.ts";
import { expectSound } from "./sound.ts";
import { ask, end, quiet } from "./steps.ts";
import { troupe } from "./troupe.ts";
import { until } from "./until.ts";

const stallMs = 5_000;
/** On a busy machine. */
const slackMs = 1_000;

/** Whether it is the session of a caller without a number: of none that the troupe knows. */
const isAnonymous = (facts: readonly Fact[]): boolean =>
  facts.some((fact) => fact.type === "session-configured" && !fact.instructions.includes("+1555"));

const cast = troupe();
const rows: Row[] = [];
let world: World;
beforeAll(async () => {
  world = await startWorld({ ...cast.plan, texts: { ...cast.plan.texts, ...account } });
});
afterAll(() => world.close());
afterAll(() => console.log(table(rows)));

describe.concurrent("the phone's connection", () => {
  test("is dead, and nobody says so: both legs are gone within fifteen seconds, and no timer is left", async () => {
    const callSid = newCallSid();
    const before = world.openai?.sessions.length ?? 0;
    const phone = await openRaw(world.workerUrl, callSid);
    phone.send(startMessage(callSid, tokenFor(callSid)));
    const session = () => world.openai?.sessions.slice(before).find(({ realtime }) => isAnonymous(realtime.facts()));
    await until("the model", () => session() !== undefined);
    const isGone = async (): Promise<boolean> => {
      const { streamCount, modelLegCount, timerCount } = await world.worker.census(callSid);
      return streamCount + modelLegCount + timerCount === 0 && !session()?.isOpen();
    };
    expect(await isGone()).toBe(false);
    phone.send(mediaMessage());
    phone.freeze();
    const sinceMs = performance.now();
    await until("the end of both legs", isGone);
    const goneAfterMs = performance.now() - sinceMs;
    console.log(`a phone that is dead is let go after ${Math.round(goneAfterMs)} ms`);
    expect(goneAfterMs).toBeLessThanOrEqual(15_000 + slackMs);
    const end = world.worker.logLines.find((line) => line["callSid"] === callSid && line["event"] === "call.ended");
    expect(end).toMatchObject({ verdict: "fallback" });
    phone.terminate();
  });

  test("stalls for five seconds while the agent speaks, and comes back: all is heard, once, and the talk goes on", async () => {
    const script: PhoneStep[] = [
      quiet,
      ask,
      quiet,
      ask,
      { step: "wait-for-agent", spokenMs: 1_200 },
      { step: "pause", ms: stallMs + 1_000 },
      ...end,
    ];
    const call = await cast.call(world, { script, lengthMs: (count) => (count === 2 ? 6_000 : 2_000) });
    await call.reaches(5);
    call.struck("stream stall");
    expect(call.call.befallStream({ type: "stall", forMs: stallMs })).toBe(true);
    const row = await rowOf("the phone stalls for 5 s", call, cast.book, (sid) => world.worker.transcript(sid));
    rows.push(row);
    await expectSound(call, row, stallMs);
    expect(row.heard.answers.filter(({ answer, heardMs }) => heardMs < answer.frameCount * 20)).toEqual([]);
    expect((await call.ended).streams).toHaveLength(1);
    expect(call.sessions()).toHaveLength(1);
  });
});
