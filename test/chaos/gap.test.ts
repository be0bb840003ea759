import { describe, expect, test } from "vitest";
import { type Fallen, type Wait, blamedFor, gapsOf, undisturbed } from "../../bench/chaos/gap.ts";

const answer = (fromMs: number, toMs: number | undefined): Wait => ({ cause: "answer", fromMs, toMs });
const cut = (fromMs: number, toMs: number | undefined): Wait => ({ cause: "cut", fromMs, toMs });
const blow = (atMs: number, kind = "drop"): Fallen => ({ kind, atMs });

describe("the gap that a blow made", () => {
  test.each<[string, Fallen[], Wait[], number[]]>([
    ["nothing, when nobody had to wait", [blow(1_000)], [], [0]],
    ["nothing, when an answer came in its time", [blow(1_000)], [answer(900, 1_600)], [0]],
    ["what an answer took beyond its time", [blow(1_000)], [answer(900, 3_600)], [2_000]],
    ["all of the silence, where an answer was cut off", [blow(1_000)], [cut(1_000, 2_500)], [1_500]],
    ["the longest of its waits", [blow(1_000)], [cut(1_000, 1_500), answer(3_000, 5_000)], [1_300]],
    ["until the call's end, when nothing came any more", [blow(1_000)], [answer(900, undefined)], [8_400]],
    ["none of its own, when the silence was there before", [blow(1_000), blow(5_000)], [cut(1_100, 9_000)], [7_900, 0]],
    [
      "the second's, when it fell before the answer was due",
      [blow(1_000), blow(3_000)],
      [answer(2_900, 5_600)],
      [0, 2_000],
    ],
    ["nobody's, when it was before any", [blow(5_000)], [answer(100, 4_000)], [0]],
  ])("is %s", (_, blows, waits, expected) => {
    expect(gapsOf({ blows, waits, endMs: 10_000 }, 700)).toEqual(expected);
  });

  test("of two blows by the time that an answer was due, the later one is to blame", () => {
    expect(blamedFor(answer(1_000, undefined), [blow(100), blow(1_600), blow(1_800)], 700)).toBe(1);
  });

  test("an undisturbed answer is one with no blow just before it, nor in it", () => {
    const waits = [answer(1_000, 1_700), cut(5_000, 5_100), answer(40_000, 42_000), answer(90_000, 90_800)];
    expect(undisturbed({ waits, blows: [blow(30_000)], endMs: 100_000 })).toEqual([700, 800]);
    expect(undisturbed({ waits, blows: [blow(1_500), blow(41_000), blow(90_900)], endMs: 100_000 })).toEqual([800]);
  });
});
