import { describe, expect, test } from "vitest";
import { kindOf } from "../../bench/chaos/blow.ts";
import { blowPlan } from "../../bench/chaos/blow-plan.ts";

const fiveMinutes = { seed: 1, durationMs: 300_000, lineCount: 10 };

describe("the plan of blows", () => {
  test("is the same for the same seed, and another for another", () => {
    expect(blowPlan(fiveMinutes)).toEqual(blowPlan(fiveMinutes));
    expect(blowPlan({ ...fiveMinutes, seed: 2 })).not.toEqual(blowPlan(fiveMinutes));
  });

  test("is in the order of time, leaves peace at first and between two blows, and forgets no line", () => {
    const plan = blowPlan(fiveMinutes);
    const times = plan.map(({ atMs }) => atMs);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times.at(-1)).toBeLessThan(fiveMinutes.durationMs);
    for (let line = 0; line < fiveMinutes.lineCount; line++) {
      const own = plan.filter((blow) => blow.line === line).map(({ atMs }) => atMs);
      expect(own[0]).toBeGreaterThanOrEqual(12_000);
      expect(own.length).toBeGreaterThan(10);
      const pausesMs = own.slice(1).map((atMs, index) => atMs - (own[index] ?? 0));
      expect(Math.min(...pausesMs)).toBeGreaterThanOrEqual(12_000);
      expect(Math.max(...pausesMs)).toBeLessThanOrEqual(24_000);
    }
  });

  test("has every kind once before it has one twice", () => {
    const kinds = blowPlan(fiveMinutes).map(({ blow }) => kindOf(blow));
    const all = new Set(kinds);
    expect(all.size).toBe(18);
    for (let at = 0; at + all.size <= kinds.length; at += all.size)
      expect(new Set(kinds.slice(at, at + all.size))).toEqual(all);
  });

  test("may be of some kinds alone, and of none that does not exist", () => {
    const kinds = blowPlan({ ...fiveMinutes, only: "model stall" }).map(({ blow }) => kindOf(blow));
    expect(new Set(kinds)).toEqual(new Set(["model stall", "model stall for ever"]));
    expect(() => blowPlan({ ...fiveMinutes, only: "weather" })).toThrow('No kind of blow begins with "weather"');
  });

  test("does not have what the phone plays come twice: nobody could help that", () => {
    const doubled = blowPlan({ ...fiveMinutes, durationMs: 3_600_000 }).flatMap(({ blow }) =>
      blow.on === "stream" && blow.fault.type === "duplicate" ? [blow.fault.way] : [],
    );
    expect(new Set(doubled)).toEqual(new Set(["sent"]));
  });

  test("is empty for a run that is too short for any", () => {
    expect(blowPlan({ ...fiveMinutes, durationMs: 10_000 })).toEqual([]);
  });
});
