import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { virtualClock } from "../../sim/clock.ts";
import { noUsage } from "../../worker/bridge/usage.ts";
import type { CallState } from "../../worker/bridge/memory.ts";
import type { Line } from "../../worker/bridge/transcript.ts";
import { callBook } from "../../worker/record/call-book.ts";
import type { Batch } from "../../worker/record/batch.ts";
import { migrate } from "../../worker/record/schema.ts";
import { type RecordKeeper, keepRecord } from "../../worker/record-keeper.ts";
import { sqlite } from "../switchboard/sqlite.ts";

const setup = {
  from: "+15551234567",
  to: undefined,
  intent: undefined,
  assistant: undefined,
  greeting: undefined,
  parameters: {},
  functionsUrl: undefined,
};

const figures = { tokens: noUsage, costUsd: 0, toldUsd: 0, modelUsd: 0 };
const talking: CallState = {
  startedAtMs: 0,
  absence: undefined,
  isMachineListening: false,
  hasBegun: true,
  loss: "nothing",
  sessionCount: 1,
  ...figures,
};

const line = (itemId: string, words: string): Line => ({
  itemId,
  role: "agent",
  words,
  spoken: [],
  generatedMs: 0,
  hearing: { name: "heard" },
});

type Entry = Parameters<RecordKeeper["note"]>[0];

/** How the record takes a batch; what it does not answer to it may have written all the same. */
type Manner = "takes" | "refuses" | "takes without a word" | "never answers";

/** A keeper of a call that talks, on a clock that stands still, and the record that it writes to. */
function kept(manner: Manner = "takes") {
  const clock = virtualClock();
  const sql = sqlite();
  migrate(sql);
  const book = callBook(sql);
  const given: Batch[] = [];
  const call: { manner: Manner; state: CallState | undefined; changed: Line[] } = {
    manner,
    state: talking,
    changed: [],
  };
  const awaited: (() => void)[] = [];
  let underWay = 0;
  let mostUnderWay = 0;

  async function write(batch: Batch): Promise<void> {
    given.push(batch);
    underWay += 1;
    mostUnderWay = Math.max(mostUnderWay, underWay);
    if (call.manner.startsWith("takes")) book.append(batch);
    if (call.manner === "takes without a word" || call.manner === "never answers")
      await new Promise<void>((resolve) => awaited.push(resolve));
    underWay -= 1;
    if (call.manner === "refuses") throw new Error("it is on fire");
  }

  const log = vi.fn();
  const news = () => ({ state: call.state, lines: call.changed.splice(0) });
  const keeper = keepRecord({ write, news, setup, clock, log });
  return {
    call,
    clock,
    given,
    log,
    awaited,
    story: () => book.story(),
    mostUnderWay: () => mostUnderWay,
    /** Each is told in order, and what follows by itself follows. */
    notes: async (...entries: Entry[]): Promise<void> => {
      for (const entry of entries) keeper.note(entry);
      await settled();
    },
    /** Time passes, in steps, so that what is due is written before more is. */
    wait: async (durationMs: number): Promise<void> => {
      for (let passedMs = 0; passedMs < durationMs; passedMs += 100) {
        clock.advance(100);
        await settled();
      }
    },
  };
}

/** Promises that are kept by now have had their say: what waits for the virtual clock goes on waiting. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const started = { kind: "call.started" } as const;
const ended = { kind: "call.ended", verdict: "hang-up", reason: "done", durationMs: 1 } as const;
const boundary = { kind: "caller.speech-started" } as const;
/** Something by the way, which is told apart by its number. */
const detail = (count: number) => ({ kind: "caller.keys", count }) as const;

const kindsOf = ({ entries }: { entries: Batch["entries"] }) => entries.map(({ kind }) => kind);
const countsOf = ({ entries }: { entries: Batch["entries"] }) =>
  entries.flatMap(({ kind, json }) => (kind === "caller.keys" ? [JSON.parse(json).count] : []));

describe("what happens in a call", () => {
  test("is written at the end of a turn at once, and otherwise each second", async () => {
    const { notes, wait, given } = kept();
    await notes(started);
    expect(given.map(kindsOf)).toEqual([["call.started"]]);
    await notes(detail(1), detail(2));
    await wait(900);
    expect(given).toHaveLength(1);
    await wait(100);
    expect(given.slice(1).map(countsOf)).toEqual([[1, 2]]);
    await notes(detail(3), boundary, detail(4));
    expect(given.slice(2).map(countsOf)).toEqual([[3, 4]]);
  });

  test("is written when all of an event has been carried out, and `note` waits for nothing", async () => {
    const { notes, given, call } = kept();
    const noted = notes(boundary);
    call.changed.push(line("a", "what the boundary came to"));
    expect(given).toEqual([]);
    await noted;
    expect(given.map(({ lines }) => lines.map(({ itemId }) => itemId))).toEqual([["a"]]);
  });

  test("stands with the time of its happening", async () => {
    const { notes, wait, story } = kept();
    await notes(started, detail(1));
    await wait(400);
    await notes(detail(2), boundary);
    expect(story().entries.map(({ atMs }) => atMs)).toEqual([0, 0, 400, 400]);
  });

  test("is one batch at a time, in order, though the record is slow", async () => {
    const { notes, wait, given, awaited, call, story, mostUnderWay } = kept("takes without a word");
    await notes(started, boundary);
    await notes(detail(1), boundary);
    await notes(detail(2), boundary);
    expect(given).toHaveLength(1);
    call.manner = "takes";
    awaited.splice(0).forEach((answer) => answer());
    await wait(100);
    expect(given.map(({ number }) => number)).toEqual([1, 2]);
    expect(countsOf(story())).toEqual([1, 2]);
    expect(mostUnderWay()).toBe(1);
  });

  test("a quiet call writes nothing, and an item again only when it has changed", async () => {
    const { notes, wait, given, call } = kept();
    call.changed.push(line("a", "Good"), line("b", "Yes."));
    await notes(started);
    await wait(5_000);
    expect(given).toHaveLength(1);
    call.changed.push(line("a", "Good morning."));
    await wait(1_000);
    expect(given.map(({ lines }) => lines.map(({ words }) => words))).toEqual([["Good", "Yes."], ["Good morning."]]);
  });

  test("how the call was settled is said until it is written, and then no more", async () => {
    const { notes, wait, given, call } = kept("refuses");
    await notes(started);
    call.manner = "takes";
    await wait(1_000);
    await notes(boundary);
    expect(given.map((batch) => batch.setup)).toEqual([setup, setup, undefined]);
  });
});

describe("a record that cannot be written", () => {
  test("has it later, in order, nothing twice, and items in their newest form", async () => {
    const { notes, wait, call, story } = kept("refuses");
    call.changed.push(line("a", "Good"), line("b", "Yes."));
    await notes(started, detail(1));
    await wait(1_000);
    call.changed.push(line("a", "Good morning."), line("c", "Well."));
    await notes(detail(2), boundary);
    await notes(detail(3));
    call.manner = "takes";
    await wait(1_000);
    expect(countsOf(story())).toEqual([1, 2, 3]);
    expect(story().lines.map(({ words }) => words)).toEqual(["Good morning.", "Yes.", "Well."]);
  });

  test("though it has written and could not say so: nothing stands there twice", async () => {
    const { notes, wait, call, story } = kept("takes without a word");
    await notes(started, detail(1));
    await wait(1_000);
    await notes(detail(2), boundary);
    await wait(2_000);
    call.manner = "takes";
    await wait(2_000);
    expect(countsOf(story())).toEqual([1, 2]);
  });

  test("the oldest is let go beyond five hundred, and a gap with their number stands there", async () => {
    const { notes, wait, call, story, given } = kept("refuses");
    await notes(started);
    for (let second = 0; second < 60; second += 1) {
      await notes(...Array.from({ length: 10 }, (_, index) => detail(second * 10 + index)));
      await wait(1_000);
    }
    call.manner = "takes";
    await wait(1_000);
    // The first line of all, and a hundred more.
    expect(story().entries[0]).toMatchObject({ kind: "gap", json: JSON.stringify({ lostCount: 101 }) });
    expect(story().entries.filter(({ kind }) => kind === "gap")).toHaveLength(1);
    expect(countsOf(story())).toEqual(Array.from({ length: 500 }, (_, index) => 100 + index));
    expect(Math.max(...given.map(({ entries }) => entries.length))).toBeLessThanOrEqual(501);
    await notes(detail(999), boundary);
    expect(story().entries.filter(({ kind }) => kind === "gap")).toHaveLength(1);
  });

  test("and never answers costs nothing, and is told of once", async () => {
    const { notes, wait, log, clock, mostUnderWay } = kept("never answers");
    await notes(started);
    await wait(20_000);
    await notes(boundary);
    expect(log.mock.calls).toEqual([["record.away", { reason: "Error: not written in 2000 ms" }]]);
    // The one that looks again, or the deadline of the one write.
    expect(clock.pendingCount()).toBeLessThanOrEqual(2);
    expect(mostUnderWay()).toBeGreaterThan(1);
  });
});

describe("when the call is over", () => {
  let call: ReturnType<typeof kept>;
  beforeEach(async () => {
    call = kept();
    await call.notes(started);
  });
  afterEach(() => expect(call.clock.pendingCount()).toBe(0));

  test("that is written, and nothing is left", async () => {
    await call.notes(detail(1), ended);
    expect(call.given.at(-1)).toMatchObject({ isOver: true });
    expect(call.story().isOver).toBe(true);
  });

  test("a record that is back within seconds has it all", async () => {
    call.call.manner = "refuses";
    await call.notes(detail(1), ended);
    await call.wait(2_000);
    call.call.manner = "takes";
    await call.wait(1_000);
    expect(call.story().isOver).toBe(true);
    expect(kindsOf(call.story())).toEqual(["call.started", "caller.keys", "call.ended"]);
  });

  test.each(["refuses", "never answers"] as const)(
    "one that %s is tried a few times more, and then no more",
    async (manner) => {
      call.call.manner = manner;
      await call.notes(ended);
      await call.wait(15_000);
      expect(call.given).toHaveLength(5);
    },
  );

  test("a bill that comes late is written, too", async () => {
    await call.notes(detail(1), ended);
    await call.wait(10_000);
    await call.notes({ kind: "model.billed", seconds: 60, costUsd: 1, isConfirmed: true });
    await call.wait(1_000);
    expect(kindsOf(call.story()).at(-1)).toBe("model.billed");
  });
});

describe("a call that never began", () => {
  test("is written when it is released, and not before: there is nothing to go on with", async () => {
    const { notes, wait, given, call, story, clock } = kept();
    call.state = undefined;
    await notes({ kind: "call.prepared" }, { kind: "model.ready", afterMs: 100 });
    await wait(30_000);
    expect(given).toEqual([]);
    await notes({ kind: "call.released", reason: "no stream came" });
    expect(kindsOf(story())).toEqual(["call.prepared", "model.ready", "call.released"]);
    expect(story().isOver).toBe(true);
    expect(clock.pendingCount()).toBe(0);
  });

  test("nor fills more than its share while nobody comes", async () => {
    const { notes, call, story } = kept();
    call.state = undefined;
    await notes(...Array.from({ length: 700 }, (_, index) => detail(index)));
    await notes({ kind: "call.released", reason: "no stream came" });
    expect(story().entries).toHaveLength(501);
    expect(story().entries[0]?.json).toBe(JSON.stringify({ lostCount: 201 }));
  });
});
