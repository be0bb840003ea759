import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { OutboundCall } from "../../common/outbound-call.ts";
import { type CallerLimits, callerBook } from "../../worker/switchboard/caller-book.ts";
import { lineBook } from "../../worker/switchboard/line-book.ts";
import { outboundBook } from "../../worker/switchboard/outbound-book.ts";
import { sqlite } from "./sqlite.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const leaseMs = 90_000;
const nowMs = Date.parse("2026-11-24T12:00:00Z");
const limits = { perHour: 3, perNumberPerDay: 2 };

const call = (to: string, changes: Partial<OutboundCall> = {}): OutboundCall => ({
  intent: "named at its admission",
  to,
  from: "+14155550100",
  assistant: undefined,
  parameters: { name: "Ada", city: "London" },
  greeting: "Hello {{name}}",
  machineDetection: false,
  timeLimitS: 600,
  idempotencyKey: undefined,
  ...changes,
});

const book = () => outboundBook(sqlite());

/** Admits a call that must be admitted; gives its intent. */
function admitted(book: ReturnType<typeof outboundBook>, wanted: OutboundCall, atMs: number): string {
  const intent = randomUUID();
  const admission = book.admit({ ...wanted, intent }, limits, atMs);
  if (admission.kind !== "admitted") throw new Error(`it is ${admission.kind}`);
  return intent;
}

const placed = { callSid: "CA1", status: "queued" };

describe("calls that we place", () => {
  test("are so many an hour, and no more", () => {
    const outbound = book();
    for (const to of ["+1", "+2", "+3"]) admitted(outbound, call(to), nowMs);
    expect(outbound.admit(call("+4"), limits, nowMs)).toEqual({ kind: "hourly-limit", limit: 3 });
    expect(outbound.admit(call("+4"), limits, nowMs + hourMs - 1)).toEqual({ kind: "hourly-limit", limit: 3 });
    admitted(outbound, call("+4"), nowMs + hourMs);
  });

  test("go to one number so often a day, and no more", () => {
    const outbound = book();
    admitted(outbound, call("+1"), nowMs);
    admitted(outbound, call("+1"), nowMs + 2 * hourMs);
    expect(outbound.admit(call("+1"), limits, nowMs + dayMs - 1)).toEqual({ kind: "number-limit", limit: 2 });
    admitted(outbound, call("+2"), nowMs + dayMs - 1);
    admitted(outbound, call("+1"), nowMs + dayMs);
  });

  test("that were not placed count for nothing", () => {
    const outbound = book();
    for (let attempt = 0; attempt < 5; attempt += 1)
      outbound.takeOutcome({ intent: admitted(outbound, call("+1"), nowMs), placed: undefined });
    admitted(outbound, call("+1"), nowMs);
  });
});

describe("calls that we place while all calls have cost what they may", () => {
  const spent = { per: "day", limit: 100 } as const;

  test("are not placed, and hold no place", () => {
    const outbound = book();
    expect(outbound.admit(call("+1"), { ...limits, spent }, nowMs)).toEqual({ kind: "spend-limit", ...spent });
    admitted(outbound, call("+1"), nowMs);
  });

  test("are answered for when they were placed before", () => {
    const outbound = book();
    const wanted = call("+1", { idempotencyKey: "order 17" });
    outbound.takeOutcome({ intent: admitted(outbound, wanted, nowMs), placed });
    expect(outbound.admit(wanted, { ...limits, spent }, nowMs)).toEqual({ kind: "placed", ...placed });
  });
});

describe("the same request of a Function, twice", () => {
  test("is one call", () => {
    const outbound = book();
    expect(outbound.admit(call("+1"), limits, nowMs)).toEqual({ kind: "admitted" });
    expect(outbound.admit(call("+1"), limits, nowMs)).toEqual({ kind: "still-placing" });
  });
});

describe("the same idempotency key", () => {
  const wanted = call("+1", { idempotencyKey: "order 17" });

  test("is the same call, however often it is asked for, and counts once", () => {
    const outbound = book();
    outbound.takeOutcome({ intent: admitted(outbound, wanted, nowMs), placed });
    for (let repetition = 0; repetition < 5; repetition += 1)
      expect(outbound.admit(wanted, limits, nowMs + 23 * hourMs)).toEqual({ kind: "placed", ...placed });
    const otherwiseOrdered = { ...wanted, parameters: { city: "London", name: "Ada" } };
    expect(outbound.admit(otherwiseOrdered, limits, nowMs)).toEqual({ kind: "placed", ...placed });
    admitted(outbound, call("+1"), nowMs);
  });

  test.each<[string, Partial<OutboundCall>]>([
    ["number", { to: "+2" }],
    ["parameter", { parameters: { name: "Bob", city: "London" } }],
    ["greeting", { greeting: "Good day" }],
    ["assistant", { assistant: "default" }],
    ["time limit", { timeLimitS: 60 }],
    ["wish for detection", { machineDetection: true }],
  ])("with another %s is refused", (_, changes) => {
    const outbound = book();
    admitted(outbound, wanted, nowMs);
    expect(outbound.admit({ ...wanted, ...changes }, limits, nowMs)).toEqual({ kind: "idempotency-key-reused" });
  });

  test("waits while the first request is being carried out, and calls again when it was not placed", () => {
    const outbound = book();
    const intent = admitted(outbound, wanted, nowMs);
    expect(outbound.admit(wanted, limits, nowMs)).toEqual({ kind: "still-placing" });
    outbound.takeOutcome({ intent, placed: undefined });
    admitted(outbound, wanted, nowMs);
  });

  test("knows the call as soon as it is answered, also when nobody told what came of the request", () => {
    const outbound = book();
    outbound.wishesFor(admitted(outbound, wanted, nowMs), "CA1", nowMs);
    expect(outbound.admit(wanted, limits, nowMs)).toMatchObject({ kind: "placed", callSid: "CA1" });
  });

  test("is free again after a day", () => {
    const outbound = book();
    outbound.takeOutcome({ intent: admitted(outbound, wanted, nowMs), placed });
    expect(outbound.admit(wanted, limits, nowMs + dayMs - 1)).toMatchObject({ kind: "placed" });
    admitted(outbound, wanted, nowMs + dayMs);
  });
});

describe("what is wished for a call", () => {
  test("is for the call that asks first, and for no other", () => {
    const outbound = book();
    const intent = admitted(outbound, call("+1"), nowMs);
    const wishes = { assistant: undefined, parameters: { name: "Ada", city: "London" }, greeting: "Hello {{name}}" };
    expect(outbound.wishesFor(intent, "CA1", nowMs)).toEqual(wishes);
    expect(outbound.wishesFor(intent, "CA2", nowMs)).toBeUndefined();
    expect(outbound.wishesFor(intent, "CA1", nowMs)).toEqual(wishes);
    expect(outbound.wishesFor("another intent", "CA1", nowMs)).toBeUndefined();
  });

  test("is for the call that was placed, whoever asks first", () => {
    const outbound = book();
    const intent = admitted(outbound, call("+1"), nowMs);
    outbound.takeOutcome({ intent, placed });
    expect(outbound.wishesFor(intent, "CA2", nowMs)).toBeUndefined();
    expect(outbound.wishesFor(intent, "CA1", nowMs)).toMatchObject({ greeting: "Hello {{name}}" });
  });

  test("is forgotten after four hours, and the call itself after a day", () => {
    const outbound = book();
    const intent = admitted(outbound, call("+1"), nowMs);
    expect(outbound.forgetsNextAtMs()).toBe(nowMs + 4 * hourMs);
    expect(outbound.wishesFor(intent, "CA1", nowMs + 4 * hourMs - 1)).toBeDefined();
    expect(outbound.wishesFor(intent, "CA1", nowMs + 4 * hourMs)).toBeUndefined();
    expect(outbound.forgetsNextAtMs()).toBe(nowMs + dayMs);
    outbound.forget(nowMs + dayMs);
    expect(outbound.forgetsNextAtMs()).toBeUndefined();
  });
});

/** Calls that come in at a time, under limits. */
const coming =
  (callers: ReturnType<typeof callerBook>, limits: Partial<CallerLimits>, atMs = nowMs) =>
  (callSid: string, caller: string): string =>
    callers.admit(caller, callSid, { perMinute: 0, perCallerPerHour: 0, ...limits }, atMs);

describe("calls that come in", () => {
  test("are so many an hour of each caller's; who is busy has not called", () => {
    const callers = callerBook(sqlite());
    const at = (atMs: number) => coming(callers, { perCallerPerHour: 2 }, atMs);
    expect(at(nowMs)("CA1", "+1")).toBe("admit");
    expect(at(nowMs + minuteMs)("CA2", "+1")).toBe("admit");
    expect(at(nowMs + minuteMs)("CA3", "+1")).toBe("calls-per-caller");
    expect(at(nowMs + minuteMs)("CA4", "+2")).toBe("admit");
    expect(at(nowMs + hourMs)("CA5", "+1")).toBe("admit");
    expect(at(nowMs + hourMs)("CA6", "+1")).toBe("calls-per-caller");
  });

  test("are so many a minute, whoever calls; who is busy has not called", () => {
    const callers = callerBook(sqlite());
    const at = (atMs: number) => coming(callers, { perMinute: 2 }, atMs);
    expect(at(nowMs)("CA1", "+1")).toBe("admit");
    expect(at(nowMs + 30_000)("CA2", "+2")).toBe("admit");
    expect(at(nowMs + minuteMs - 1)("CA3", "+3")).toBe("calls-per-minute");
    expect(at(nowMs + minuteMs)("CA3", "+3")).toBe("admit");
    expect(at(nowMs + minuteMs)("CA4", "+4")).toBe("calls-per-minute");
  });

  test("may ask again once they are let in, however many came after them", () => {
    const callers = callerBook(sqlite());
    const limits = { perMinute: 1, perCallerPerHour: 1 };
    for (let question = 0; question < 3; question += 1) expect(coming(callers, limits)("CA1", "+1")).toBe("admit");
    expect(coming(callers, limits)("CA2", "+2")).toBe("calls-per-minute");
    expect(coming(callers, limits, nowMs + minuteMs)("CA2", "+1")).toBe("calls-per-caller");
    expect(coming(callers, limits, nowMs + minuteMs)("CA3", "+3")).toBe("admit");
    expect(coming(callers, limits, nowMs + minuteMs)("CA1", "+1")).toBe("admit");
  });

  test("are forgotten after an hour, and who called is not even kept where it does not count", () => {
    const sql = sqlite();
    const callers = callerBook(sql);
    coming(callers, { perMinute: 1 })("CA1", "+15551234567");
    expect(sql.exec("SELECT caller FROM callers").toArray()).toEqual([{ caller: "" }]);
    expect(callers.forgetsNextAtMs()).toBe(nowMs + hourMs);
    callers.forget(nowMs + hourMs);
    expect(callers.forgetsNextAtMs()).toBeUndefined();
  });
});

describe("lines", () => {
  test("are so many, and one is free again when its call is over; the same call takes one only", () => {
    const lines = lineBook(sqlite());
    expect(["CA1", "CA1", "CA2", "CA3"].map((callSid) => lines.take(callSid, 2, nowMs))).toEqual([
      true,
      true,
      true,
      false,
    ]);
    lines.free("CA1");
    expect(lines.take("CA3", 2, nowMs)).toBe(true);
    expect(lines.take("CA1", 2, nowMs)).toBe(false);
  });

  test("of a call that fell silent are free after a minute and a half", () => {
    const lines = lineBook(sqlite());
    lines.take("CA1", 1, nowMs);
    expect(lines.take("CA2", 1, nowMs + leaseMs - 1)).toBe(false);
    expect(lines.forgetsNextAtMs()).toBe(nowMs + leaseMs);
    expect(lines.take("CA2", 1, nowMs + leaseMs)).toBe(true);
  });

  test("of a call that says that it runs are its own for as long as it does", () => {
    const lines = lineBook(sqlite());
    lines.take("CA1", 1, nowMs);
    for (let ms = 15_000; ms <= hourMs; ms += 15_000) lines.renew("CA1", nowMs + ms);
    expect(lines.take("CA2", 1, nowMs + hourMs + leaseMs - 1)).toBe(false);
    expect(lines.take("CA2", 1, nowMs + hourMs + leaseMs)).toBe(true);
  });

  test("are taken back by a call that runs after all, though another has the line by then", () => {
    const lines = lineBook(sqlite());
    lines.take("CA1", 1, nowMs);
    lines.take("CA2", 1, nowMs + leaseMs);
    lines.renew("CA1", nowMs + leaseMs);
    lines.free("CA2");
    expect(lines.take("CA3", 1, nowMs + leaseMs)).toBe(false);
  });
});
