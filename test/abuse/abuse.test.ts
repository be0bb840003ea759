import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Window } from "../../bench/good-call.ts";
import { percentile } from "../../bench/percentile.ts";
import { tableOf } from "./hostile.ts";
import { type Siege, hostileInputs, laySiege } from "./siege.ts";

let siege: Siege;
beforeAll(async () => {
  siege = await laySiege({ quietMs: 1_500, flood: { seconds: 3, isPatient: true } });
});
afterAll(async () => {
  console.log(tableOf(hostileInputs));
  await siege.close();
});

describe("hostile inputs beside one good call", () => {
  test.each(hostileInputs.map((hostile, index) => ({ ...hostile, index })))(
    "$to: $input → $answer",
    async ({ index, answer }) => {
      expect(await siege.outcomes[index]).toBe(answer);
    },
  );

  test("are sixty at least", () => {
    expect(hostileInputs.length).toBeGreaterThanOrEqual(60);
  });

  test("a hundred requests a second are refused, and soon told to wait", async () => {
    expect(await siege.flooded).toBe("401, 403, 404, 429");
  });

  test("nothing goes wrong on our side", async () => {
    await siege.figures;
    expect(siege.world.worker.logLines.filter(({ event }) => event === "bug" || event === "text")).toEqual([]);
  });
});

describe("the good call meanwhile", () => {
  test("loses no frame, and has none twice", async () => {
    const { lostCount, strangeCount } = await siege.figures;
    expect({ lostCount, strangeCount }).toEqual({ lostCount: 0, strangeCount: 0 });
  });

  // Its slowest hundredth, against its quiet, is what bench/abuse.ts measures: here other tests stall it, and its twin.
  test.each(["abuse", "flood"])("is not held up under %s, as its twin at another Worker is not", async (name) => {
    const { windows } = await siege.figures;
    const none: Window = { attacked: [], twin: [] };
    const { quiet = none, [name]: loud = none } = windows;
    expect(loud.attacked.length).toBeGreaterThan(100);
    const usualMs = Math.max(percentile(quiet.attacked, 50), percentile(loud.twin, 50));
    expect(percentile(loud.attacked, 50)).toBeLessThan(Math.max(50, 3 * usualMs));
  });
});
