import { describe, expect, test } from "vitest";
import type { Wait } from "../../bench/chaos/gap.ts";
import { outcomeOf } from "../../bench/chaos/outcome.ts";
import type { CallResult } from "../../bench/chaos/result.ts";
import { rowsOf, table } from "../../bench/chaos/table.ts";
import { complaints } from "../../bench/chaos/verdict.ts";
import { slopePerMinute } from "../../bench/chaos/worker-memory.ts";

const good: CallResult = {
  callSid: "CA1",
  answeredAtUnixMs: 0,
  outcome: "went on",
  blows: [],
  waits: [],
  endMs: 60_000,
  repeatedMs: 0,
  repeatedCount: 0,
  leftoverCount: 0,
};
const waited = (fromMs: number, toMs?: number): Wait => ({ cause: "answer", fromMs, toMs });

const verb = (name: string) => ({ kind: "verb", verb: name, atMs: 0 }) as const;

/** A process that is watched for so many minutes, and grows evenly. */
const grown = (minutes: number, perMinute: number) =>
  Array.from({ length: minutes * 12 }, (_, index) => ({
    atMs: index * 5_000,
    megabytes: 100 + (index / 12) * perMinute,
  }));

const textsOf = (calls: readonly CallResult[], memory = grown(0, 0)): string[] =>
  complaints(calls, memory).map(({ text }) => text);

describe("what became of a call", () => {
  const course = { log: [], hasHungUp: true, waits: [waited(1_000, 1_700)], endMs: 60_000 };

  test.each([
    ["went on", course],
    ["went on", { ...course, log: [verb("Say"), verb("Connect"), verb("Redirect")] }],
    ["went on", { ...course, waits: [waited(59_000)] }],
    ["was hung up on", { ...course, hasHungUp: false }],
    ["fell back", { ...course, log: [verb("Connect"), verb("Record")] }],
    ["fell back", { ...course, log: [verb("Dial")], hasHungUp: false }],
    ["was left in silence", { ...course, waits: [waited(40_000)] }],
  ])("is that it %s", (outcome, facts) => expect(outcomeOf(facts)).toBe(outcome));
});

describe("the table", () => {
  test("blames the last blow for a call that ended, and the one before the silence for one that fell silent", () => {
    const blows = [
      { kind: "model drop", atMs: 20_000 },
      { kind: "worker abort", atMs: 40_000 },
    ];
    const fellBack: CallResult = { ...good, outcome: "fell back", blows };
    const silent: CallResult = { ...good, outcome: "was left in silence", blows, waits: [waited(25_000)] };
    const wentOn: CallResult = { ...good, blows, waits: [waited(1_000, 1_700), waited(40_100, 42_800)] };
    expect(rowsOf([fellBack, silent, wentOn])).toEqual([
      { kind: "model drop", gapsMs: [0, 0], endedCount: 1 },
      { kind: "worker abort", gapsMs: [0, 2_000], endedCount: 1 },
    ]);
    expect(table([fellBack, silent, wentOn], new Map([["model drop", 4]]))).toEqual([
      "                           struck   missed  went on    ended  gap p50      p95      max",
      "model drop                      3        4        2        1    0.0 s    0.0 s    0.0 s",
      "worker abort                    3        0        2        1    2.0 s    2.0 s    2.0 s",
    ]);
  });
});

describe("what is complained of", () => {
  test("is nothing where every call went on, and left and repeated nothing", () => {
    expect(textsOf([good, good], grown(30, 0.5))).toEqual([]);
  });

  test.each<[Partial<CallResult>, string]>([
    [{ outcome: "was hung up on" }, "CA1 was hung up on, 60.0 s into it"],
    [
      { outcome: "fell back", blows: [{ kind: "model drop", atMs: 58_500 }] },
      "CA1 fell back, 60.0 s into it, 1.5 s after model drop",
    ],
    [{ leftoverCount: 2 }, "CA1 left 2 sockets and timers"],
    [{ repeatedMs: 400 }, "CA1 heard 400 ms of sound twice"],
    [{ repeatedCount: 1 }, "CA1 was told 1 things twice"],
    [
      { blows: [{ kind: "worker abort", atMs: 20_000 }], waits: [{ cause: "cut", fromMs: 20_100, toMs: 23_200 }] },
      "CA1 waited 3.1 s after worker abort, 20.0 s into it: more than 3.0 s",
    ],
  ])("is %o", (change, complaint) => expect(textsOf([{ ...good, ...change }])).toEqual([complaint]));

  test("is no gap that is allowed, nor one after what has no bound", () => {
    const waits: Wait[] = [{ cause: "cut", fromMs: 20_100, toMs: 23_000 }];
    for (const kind of ["worker abort", "stream stall for ever"])
      expect(textsOf([{ ...good, waits, blows: [{ kind, atMs: 20_000 }] }])).toEqual([]);
    expect(textsOf([{ ...good, waits, blows: [{ kind: "model drop", atMs: 20_000 }] }])).toHaveLength(1);
  });

  test("is memory that grows on once it is warm, and not in a run that is too short to tell", () => {
    expect(textsOf([], grown(30, 2))).toEqual(["the Worker's memory grows by 2.0 MB a minute"]);
    expect(textsOf([], grown(7, 20))).toEqual([]);
    expect(slopePerMinute(grown(5, 3))).toBeCloseTo(3);
  });
});
