import { afterAll, describe, expect, test } from "vitest";
import type { Fault } from "../../sim/openai/scenario.ts";
import type { PhoneStep } from "../../sim/phone/step.ts";
import { startWorld } from "../world/world.ts";
import { type Row, rowOf, table } from "./row.ts";
import { expectSound } from "./sound.ts";
import { ask, end, quiet } from "./steps.ts";
import { troupe } from "./troupe.ts";

// A model that refuses, or does not answer, when the call begins: test/calls/ladder.test.ts and model-failures.test.ts.

const rows: Row[] = [];
afterAll(() => console.log(table(rows)));

const script: PhoneStep[] = [quiet, ask, quiet, ask, { step: "wait-for-agent", spokenMs: 1_200 }, ...end];
const lengthMs = (count: number): number => (count === 2 ? 6_000 : 2_000);
const body = { error: { type: "rate_limit_error", code: "rate_limit_exceeded", message: "Slow down." } };

describe.concurrent("another session takes over", () => {
  test.each([401, 429, 500])(
    "of the next model, where the first is refused with %i when it is dialled again",
    async (status) => {
      const refused: Fault = { type: "refuse-upgrade", status, body };
      const cast = troupe((connectionIndex) => (connectionIndex === 1 ? [refused] : []));
      const texts = { ...cast.plan.texts, MODELS: "gpt-realtime-2.1,gpt-realtime-2.1-mini" };
      const world = await startWorld({ ...cast.plan, texts });
      const call = await cast.call(world, { script, lengthMs });
      await call.reaches(5);
      call.struck("model drop");
      call.sessions().at(-1)?.befall({ type: "drop" });
      const row = await rowOf(`the model is dropped, and refused (${status})`, call, cast.book, (callSid) =>
        world.worker.transcript(callSid),
      );
      rows.push(row);
      await expectSound(call, row, 1_500);
      expect(call.sessions().map(({ model }) => model)).toEqual(["gpt-realtime-2.1", "gpt-realtime-2.1-mini"]);
      await world.close();
    },
  );

  test("before the one that runs has had its hour, in the middle of a sentence: nothing is heard of it", async () => {
    // It ends while the second answer is heard, were it left to itself; the next is to be had from half of that time on.
    const lifeMs = 13_000;
    const cast = troupe((connectionIndex) => (connectionIndex === 0 ? [{ type: "expire", atMs: lifeMs }] : []));
    const world = await startWorld(cast.plan);
    const call = await cast.call(world, { script, lengthMs });
    await call.reaches(3);
    call.struck("rollover");
    const row = await rowOf("the session's time is up while the agent speaks", call, cast.book, (callSid) =>
      world.worker.transcript(callSid),
    );
    rows.push(row);
    await expectSound(call, row, 0);
    expect(call.sessions()).toHaveLength(2);
    // The long answer was heard to its end, and nothing had to be told of a loss.
    expect(row.heard.answers.filter(({ answer, heardMs }) => heardMs < answer.frameCount * 20 - 40)).toEqual([]);
    expect(world.worker.logLines.filter(({ event }) => event === "model.lost")).toEqual([]);
    await world.close();
  });
});
