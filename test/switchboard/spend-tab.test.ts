import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { openTab } from "../../worker/spend-tab.ts";
import type { SpendReport } from "../../worker/switchboard/spend-report.ts";

const call = { callSid: "CA1", direction: "in" } as const;
const spent = { usd: 0.1, isOver: false };
const log = vi.fn();

describe("a call's tab", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => {
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
    log.mockClear();
  });

  test("has one name for a conversation, and another for the next of the same call", async () => {
    const reports: SpendReport[] = [];
    const counter = { takeSpending: async (report: SpendReport) => void reports.push(report) };
    const tab = openTab(() => counter, call, log);
    for (const usd of [0.1, 0.2]) await tab({ usd, isOver: usd === 0.2 });
    await openTab(() => counter, call, log)(spent);
    const [first, second, third] = reports;
    expect([first, second]).toMatchObject([
      { ...call, ...spent },
      { usd: 0.2, isOver: true },
    ]);
    expect([second?.tab === first?.tab, third?.tab === first?.tab]).toEqual([true, false]);
  });

  test("hears which ceiling is reached", async () => {
    expect(await openTab(() => ({ takeSpending: async () => "day" }), call, log)(spent)).toBe("day");
  });

  test("goes on when nobody can be told, which is logged once however often it happens", async () => {
    const tab = openTab(() => ({ takeSpending: () => Promise.reject(new Error("reset")) }), call, log);
    for (let report = 0; report < 5; report += 1) expect(await tab(spent)).toBeUndefined();
    expect(log.mock.calls).toEqual([["switchboard.away", { reason: "Error: reset" }]]);
  });

  test("finds a counter that was reset meanwhile", async () => {
    const broken = { takeSpending: () => Promise.reject(new Error("reset")) };
    const whole = { takeSpending: async () => "hour" as const };
    const counters = [broken, whole];
    const tab = openTab(() => counters.shift() ?? whole, call, log);
    expect([await tab(spent), await tab(spent)]).toEqual([undefined, "hour"]);
  });

  test("waits for an answer no longer than a second", async () => {
    const answer = openTab(() => ({ takeSpending: () => new Promise(() => {}) }), call, log)(spent);
    await vi.advanceTimersByTimeAsync(1000);
    expect(await answer).toBeUndefined();
    expect(log).toHaveBeenCalledOnce();
  });
});
