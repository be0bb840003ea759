import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Switchboard } from "../../worker/switchboard.ts";
import type { SpendReport } from "../../worker/switchboard/spend-report.ts";

const hourMs = 3_600_000;
const minuteMs = 60_000;
const report = { tab: "first", callSid: "CA1", direction: "in", isOver: false } as const;
/** More than a day may cost, and a call: MAX_USD_PER_DAY is 100 unless it is set. */
const tooMuch = { ...report, usd: 100 };
const outbound = {
  intent: "1",
  to: "+12025550123",
  from: "+14155550100",
  machineDetection: false,
  timeLimitS: 60,
  assistant: undefined,
  parameters: {},
  greeting: undefined,
  idempotencyKey: undefined,
};

/** A switchboard of one's own, as it is after a restart, too: what it knows is what it has stored. */
const board = (name: string) => env.SWITCHBOARD.getByName(name);
const on = <Answer>(name: string, ask: (object: Switchboard) => Answer | Promise<Answer>): Promise<Answer> =>
  runInDurableObject(board(name), ask);

const dial = (callSid: string) => on("lines", (object) => object.admitCaller("+1", callSid));
const tell = (more: Partial<SpendReport>) =>
  on("lines", (object) => object.takeSpending({ ...report, usd: 1, ...more }));

beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"] }));
afterEach(() => void vi.useRealTimers());

describe("a flood of calls", () => {
  test("is let in by sixty a minute, though every line is free", async () => {
    await runInDurableObject(board("flood"), async (object) => {
      async function dial(callSid: string): Promise<string> {
        const admission = await object.admitCaller(undefined, callSid);
        object.callIsOver(callSid);
        return admission;
      }
      for (let call = 1; call <= 60; call += 1) expect(await dial(`CA${call}`)).toBe("admit");
      expect([await dial("CA61"), await dial("CA60")]).toEqual(["busy", "admit"]);
      vi.setSystemTime(Date.now() + 60_000);
      expect(await dial("CA61")).toBe("admit");
    });
  });
});

describe("what calls cost, on the switchboard", () => {
  test("closes the door for a day, to those who call and those whom we call; calls that run may come back", async () => {
    const startMs = Date.now();
    expect(await on("day", (object) => object.admitCaller("+1", "CA1"))).toBe("admit");
    expect(await on("day", (object) => object.takeSpending({ ...report, usd: 1 }))).toBeUndefined();
    expect(await on("day", (object) => object.takeSpending(tooMuch))).toBe("call");
    expect(await on("day", (object) => object.takeSpending({ ...report, tab: "2", callSid: "CA2", usd: 1 }))).toBe(
      "day",
    );
    expect(await on("day", (object) => object.admitCaller("+2", "CA3"))).toBe("busy");
    expect(await on("day", (object) => object.admitCaller("+1", "CA1"))).toBe("admit");
    expect(await on("day", (object) => object.admitOutbound(outbound))).toEqual({
      kind: "spend-limit",
      per: "day",
      limit: 100,
    });
    vi.setSystemTime(startMs + 24 * hourMs + 5 * minuteMs);
    expect(await on("day", (object) => object.admitCaller("+2", "CA3"))).toBe("admit");
    expect(await on("day", (object) => object.admitOutbound(outbound))).toEqual({ kind: "admitted" });
  });

  test("is remembered by a switchboard that was put away meanwhile", async () => {
    await on("evicted", (object) => object.takeSpending(tooMuch));
    await evictDurableObject(board("evicted"));
    expect(await on("evicted", (object) => object.admitCaller("+2", "CA3"))).toBe("busy");
  });

  test("keeps the line of a call that tells it; one that fell silent, or that we have placed, has none", async () => {
    const startMs = Date.now();
    expect([await dial("CA1"), await dial("CA2"), await dial("CA3")]).toEqual(["admit", "admit", "busy"]);
    for (let ms = 15_000; ms <= 90_000; ms += 15_000) {
      vi.setSystemTime(startMs + ms);
      await tell({});
      await tell({ tab: "ours", callSid: "CA9", direction: "out" });
    }
    expect([await dial("CA3"), await dial("CA4")]).toEqual(["admit", "busy"]);
    await tell({ isOver: true });
    expect(await dial("CA4")).toBe("admit");
  });

  test("is deleted by the alarm a day later, which then rests", async () => {
    const startMs = Date.now();
    await on("alarm", (object) => object.takeSpending({ ...tooMuch, direction: "out" }));
    const left = (): Promise<unknown> =>
      runInDurableObject(board("alarm"), async (_, { storage }) => ({
        tabs: storage.sql.exec("SELECT tab, usd FROM tabs").toArray(),
        slots: storage.sql.exec("SELECT usd FROM spend").toArray(),
        alarmAtMs: await storage.getAlarm(),
      }));
    expect(await left()).toEqual({
      tabs: [{ tab: "first", usd: 100 }],
      slots: [{ usd: 100 }],
      alarmAtMs: startMs + 24 * hourMs,
    });
    vi.setSystemTime(startMs + 24 * hourMs + 5 * minuteMs);
    expect(await runDurableObjectAlarm(board("alarm"))).toBe(true);
    expect(await left()).toEqual({ tabs: [], slots: [], alarmAtMs: null });
  });
});
