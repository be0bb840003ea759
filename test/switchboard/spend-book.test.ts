import { describe, expect, test } from "vitest";
import { spendBook } from "../../worker/switchboard/spend-book.ts";
import { sqlite } from "./sqlite.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** What is spent counts for up to a slot longer than it says. */
const slotMs = 5 * minuteMs;
const nowMs = Date.parse("2026-11-24T12:00:00Z");

const ceilings = { call: 1, hour: 2, day: 3 };
const book = () => spendBook(sqlite());

/** A call has cost so much by now, by what it says itself. */
const spent = (callSid: string, usd: number, tab = callSid) => ({ tab, callSid, usd });

describe("what calls cost", () => {
  test("is added up over all calls, and each report holds all before it", () => {
    const spend = book();
    for (const usd of [0.2, 0.5, 0.9]) spend.enter(spent("CA1", usd), nowMs);
    spend.enter(spent("CA2", 0.9), nowMs);
    expect(spend.reached(ceilings, nowMs)).toBeUndefined();
    spend.enter(spent("CA3", 0.3), nowMs);
    expect(spend.reached(ceilings, nowMs)).toBe("hour");
  });

  test("is not less after a report that comes late, or twice", () => {
    const spend = book();
    for (const usd of [0.8, 0.3, 0.8, 0.3, 0.8, 0.9]) spend.enter(spent("CA1", usd), nowMs);
    spend.enter(spent("CA2", 0.8), nowMs);
    expect(spend.reached(ceilings, nowMs)).toBeUndefined();
    spend.enter(spent("CA2", 1.1), nowMs);
    expect(spend.reached(ceilings, nowMs)).toBe("hour");
  });

  test("counts for an hour, and then for a day; a call that runs on adds only what is new", () => {
    const spend = book();
    spend.enter(spent("CA1", 2), nowMs);
    expect(spend.reached(ceilings, nowMs + hourMs - 1)).toBe("hour");
    expect(spend.reached(ceilings, nowMs + hourMs + slotMs)).toBeUndefined();
    spend.enter(spent("CA1", 3), nowMs + 2 * hourMs);
    expect(spend.reached(ceilings, nowMs + 2 * hourMs)).toBe("day");
    expect(spend.reached(ceilings, nowMs + dayMs - 1)).toBe("day");
    expect(spend.reached(ceilings, nowMs + dayMs + slotMs)).toBeUndefined();
  });

  test("never counts for less than the time that it should", () => {
    for (let offsetMs = 0; offsetMs < slotMs; offsetMs += 10_000) {
      const spend = book();
      spend.enter(spent("CA1", 2), nowMs + offsetMs);
      expect(spend.reached(ceilings, nowMs + offsetMs + hourMs - 1)).toBe("hour");
      expect(spend.reached(ceilings, nowMs + offsetMs + hourMs + slotMs)).toBeUndefined();
    }
  });

  test("has no end where there is no ceiling", () => {
    const spend = book();
    spend.enter(spent("CA1", 1_000_000), nowMs);
    expect(spend.reachedBy("CA1", { call: 0, hour: 0, day: 0 }, nowMs)).toBeUndefined();
  });
});

describe("what one call costs", () => {
  test("has a ceiling of its own, which is no other call's", () => {
    const spend = book();
    spend.enter(spent("CA1", 1), nowMs);
    expect(spend.reachedBy("CA1", ceilings, nowMs)).toBe("call");
    expect(spend.reachedBy("CA2", ceilings, nowMs)).toBeUndefined();
  });

  test("goes on when the call has lost its memory, and counts from nought again", () => {
    const spend = book();
    spend.enter(spent("CA1", 0.6, "before"), nowMs);
    spend.enter(spent("CA1", 0.3, "after"), nowMs);
    expect(spend.reachedBy("CA1", ceilings, nowMs)).toBeUndefined();
    spend.enter(spent("CA1", 0.4, "after"), nowMs);
    expect(spend.reachedBy("CA1", ceilings, nowMs)).toBe("call");
  });

  test("tells a call that runs from one that is new", () => {
    const spend = book();
    expect(spend.knows("CA1")).toBe(false);
    spend.enter(spent("CA1", 0), nowMs);
    expect([spend.knows("CA1"), spend.knows("CA2")]).toEqual([true, false]);
  });
});

describe("what was spent", () => {
  test("is forgotten after a day", () => {
    const spend = book();
    expect(spend.forgetsNextAtMs()).toBeUndefined();
    spend.enter(spent("CA1", 1), nowMs);
    expect(spend.forgetsNextAtMs()).toBe(nowMs + dayMs);
    spend.forget(nowMs + dayMs);
    expect(spend.knows("CA1")).toBe(false);
    expect(spend.forgetsNextAtMs()).toBe(nowMs + dayMs + slotMs);
    spend.forget(nowMs + dayMs + slotMs);
    expect(spend.forgetsNextAtMs()).toBeUndefined();
  });
});
