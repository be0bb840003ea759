import { describe, expect, test } from "vitest";
import type { Effect } from "../../worker/bridge/effects.ts";
import type { BridgeEvent } from "../../worker/bridge/events.ts";
import type { SpendLimit } from "../../worker/bridge/spending-policy.ts";
import {
  type Line,
  audio,
  audioEnded,
  echoMarks,
  kinds,
  line,
  only,
  responseEnded,
  responseStarted,
  speechStarted,
  talkingLine,
  toolCalled,
  toolFinished,
} from "./line.ts";

const spending = { maxUsd: 0.5, lineUsdPerMinute: 0.01 };

const used = (costUsd: number): BridgeEvent => ({ type: "model.usage", costUsd });
const metered = (seconds: number, costUsd: number, isFinal = false): BridgeEvent => ({
  type: "model.metered",
  seconds,
  costUsd,
  isFinal,
});
const stopped = (limit: SpendLimit): BridgeEvent => ({ type: "spending.stopped", limit });
const callOver: BridgeEvent = { type: "stream.stopped" };

const reportedUsd = (effects: Effect[]): number[] =>
  only(effects, "spend.report").map(({ usd }) => Number(usd.toFixed(6)));
const goodbyes = (call: Line): (string | undefined)[] =>
  only(call.orders, "model.create-response").flatMap(({ instructions }) =>
    instructions?.includes("goodbye") ? instructions : [],
  );
const farewells = (call: Line): unknown[] =>
  only(call.orders, "journal.append").flatMap(({ entry }) => (entry.kind === "farewell" ? entry.reason : []));

/** The model says goodbye in two seconds of speech, and they are heard. */
function goodbye(call: Line, responseId = "bye"): void {
  call.happens(responseStarted(responseId));
  call.happens(audio(`${responseId}-item`, 2_000, responseId));
  call.happens(audioEnded(`${responseId}-item`, responseId));
  call.happens(responseEnded(responseId));
  call.wait(2_010);
  echoMarks(call);
}

describe("what a call costs", () => {
  test("is told at its start, every 15 seconds, and at its end: the model, and each minute that has begun", () => {
    const call = talkingLine({ spending });
    expect(reportedUsd(call.orders)).toEqual([0.01]);
    call.happens(used(0.2));
    expect(reportedUsd(call.wait(60_000))).toEqual([0.21, 0.21, 0.21, 0.21]);
    expect(reportedUsd(call.wait(15_000))).toEqual([0.22]);
    const end = call.happens(callOver);
    expect(only(end, "spend.report")).toEqual([{ type: "spend.report", usd: expect.closeTo(0.22), isOver: true }]);
    expect(call.armedTimers).toEqual([]);
  });

  test("is the longest word on a session's time, never the sum, and the bill that comes after the end", () => {
    const call = talkingLine({ spending });
    for (const event of [metered(30, 0.025), metered(60, 0.05), metered(30, 0.025)]) call.happens(event);
    expect(reportedUsd(call.wait(15_000))).toEqual([0.06]);
    call.happens(callOver);
    // The line is given back, though the model is not done yet.
    call.wait(50_000);
    expect(only(call.happens(metered(72, 0.06, true)), "spend.report")).toEqual([
      { type: "spend.report", usd: expect.closeTo(0.07), isOver: true },
    ]);
    expect(reportedUsd(call.happens(metered(72, 0.06, true)))).toEqual([]);
  });

  test("holds every session that there was", () => {
    const call = talkingLine({ spending });
    call.happens(metered(60, 0.05));
    call.happens({ type: "model.opened" });
    call.happens(metered(12, 0.01));
    expect(reportedUsd(call.wait(15_000))).toEqual([0.07]);
  });

  test("is told of a call that was made ready and never came, without a line", () => {
    const call = line({ spending });
    for (const event of [{ type: "call.prepared" }, { type: "model.opened" }, { type: "model.ready" }] as const)
      call.happens(event);
    call.happens(metered(20, 0.0167));
    expect(only(call.wait(30_000), "spend.report")).toEqual([{ type: "spend.report", usd: 0.0167, isOver: true }]);
  });

  test("goes by a guess where no price is known, which is said once", () => {
    const call = talkingLine({ spending });
    const guessed = { type: "model.usage", costUsd: undefined, guess: { model: "new", usd: 0.1 } } as const;
    const told = [...call.happens(guessed), ...call.happens(guessed)];
    expect(only(told, "journal.append").map(({ entry }) => entry)).toEqual([{ kind: "price.guessed", model: "new" }]);
    expect(reportedUsd(call.wait(15_000))).toEqual([0.21]);
  });

  test("is nobody's business without the setting", () => {
    const call = talkingLine();
    for (let count = 0; count < 10; count += 1) call.happens(used(1000));
    call.wait(3_600_000);
    call.happens(callOver);
    expect(kinds(call.orders)).not.toContain("spend.report");
    expect(call.bridge.end).toMatchObject({ reason: "the call ended" });
  });
});

describe("a call that costs more than it may", () => {
  test("is wrapped up by voice: the goodbye is heard to its end, and then we hang up", () => {
    const call = talkingLine({ spending });
    call.happens(used(0.48));
    expect(goodbyes(call)).toEqual([]);
    call.happens(used(0.01));
    expect(goodbyes(call)).toHaveLength(1);
    call.happens(responseStarted("bye"));
    call.happens(audio("bye-item", 2_000, "bye"));
    call.happens(audioEnded("bye-item", "bye"));
    call.happens(responseEnded("bye"));
    call.wait(1_900);
    expect(call.bridge.end).toBeUndefined();
    call.wait(110);
    echoMarks(call);
    expect(call.bridge.end).toEqual({ verdict: "hang-up", reason: "the call has cost what it may" });
  });

  test("is wrapped up by its minutes alone, if it comes to that", () => {
    const call = talkingLine({ spending: { maxUsd: 0.05, lineUsdPerMinute: 0.01 } });
    call.wait(4 * 60_000);
    expect(goodbyes(call)).toEqual([]);
    call.wait(15_000);
    expect(goodbyes(call)).toHaveLength(1);
  });

  test("says so once, however much more it costs, whoever speaks, and whatever else is used up", () => {
    const call = talkingLine({ spending, maxDurationMs: 20_000 });
    for (let count = 0; count < 5; count += 1) call.happens(used(0.5));
    call.happens(stopped("day"));
    call.happens(speechStarted);
    call.happens(responseStarted("bye"));
    call.happens(audio("bye-item", 30_000, "bye"));
    call.wait(21_000);
    call.happens(stopped("hour"));
    expect([goodbyes(call).length, farewells(call)]).toEqual([1, ["the call has cost what it may"]]);
    expect(kinds(call.orders)).not.toContain("caller.clear");
  });

  test("hears nothing of money", () => {
    for (const limit of ["call", "hour", "day"] as const) {
      const call = talkingLine({ spending });
      call.happens(stopped(limit));
      expect(goodbyes(call).join()).not.toMatch(/cost|money|dollar|spen[dt]|limit/i);
    }
  });
});

describe("all calls together cost what they may", () => {
  test.each([
    ["hour", "the calls of this hour have cost what they may"],
    ["day", "the calls of this day have cost what they may"],
  ] as const)("in an %s: this one says goodbye, too", (limit, reason) => {
    const call = talkingLine({ spending });
    call.happens(stopped(limit));
    goodbye(call);
    expect(call.bridge.end).toEqual({ verdict: "hang-up", reason });
  });

  test("before the model is ready: it says goodbye as soon as it is", () => {
    const call = line({ spending });
    call.happens({ type: "stream.started" });
    echoMarks(call);
    call.happens(stopped("day"));
    call.happens({ type: "model.opened" });
    expect(goodbyes(call)).toEqual([]);
    call.happens({ type: "model.ready" });
    expect(goodbyes(call)).toHaveLength(1);
  });

  test("after the call is over: nothing happens", () => {
    const call = talkingLine({ spending });
    call.happens(callOver);
    expect(call.happens(stopped("day"))).toEqual([]);
  });
});

describe("a caller who is handed to a person", () => {
  const transfer = { do: "transfer", transfer: { to: "+15557654321", name: "Anna" } } as const;

  /** Is being put through, and talks with Anna by and by. */
  function putThrough(): Line {
    const call = talkingLine({ spending });
    call.happens(responseStarted());
    call.happens(toolCalled("t", "transfer"));
    call.happens(responseEnded());
    call.happens(toolFinished(transfer, "t", "Done."));
    call.happens({ type: "model.tool-output-taken", toolCallId: "t" });
    call.happens(responseStarted("r2"));
    call.happens(audio("a", 1_000, "r2"));
    call.happens(audioEnded("a", "r2"));
    call.happens(responseEnded("r2"));
    call.wait(1_010);
    echoMarks(call);
    expect(call.bridge.follow).toMatchObject({ verdict: "transfer" });
    call.happens({ type: "verdict.asked" });
    return call;
  }

  test("is not cut off from them, whatever is used up; the minutes go on to be told", () => {
    const call = putThrough();
    call.happens(used(9));
    call.happens(stopped("day"));
    const waiting = call.wait(75_000);
    expect(reportedUsd(waiting).at(-1)).toBeCloseTo(9.02);
    expect(kinds(waiting)).not.toContain("call.complete");
    expect(call.bridge.follow).toMatchObject({ verdict: "transfer" });
    call.happens({ type: "transfer.ended", outcome: "taken" });
    expect(call.bridge.end).toMatchObject({ reason: "somebody took the call" });
    expect(goodbyes(call)).toEqual([]);
  });

  test("and comes back when nobody takes the call: then goodbye is said", () => {
    const call = putThrough();
    call.happens(stopped("day"));
    call.happens({ type: "transfer.ended", outcome: "no-answer" });
    call.happens({ type: "stream.started" });
    expect(goodbyes(call)).toHaveLength(1);
    expect(farewells(call)).toContain("the calls of this day have cost what they may");
  });
});

describe("a caller who is lost while goodbye is said", () => {
  test("is back: it is not said twice, and still ends the call", () => {
    const call = talkingLine({ spending });
    call.happens(used(1));
    call.happens(responseStarted("bye"));
    call.happens(audio("bye-item", 2_000, "bye"));
    call.wait(500);
    call.happens({ type: "stream.closed", code: 1006, reason: "" });
    call.happens({ type: "model.response-ended", responseId: "bye", outcome: "cancelled" });
    call.happens(stopped("day"));
    call.happens({ type: "stream.started" });
    call.happens(responseStarted("rest"));
    expect(goodbyes(call)).toHaveLength(1);
    call.wait(12_000);
    expect(call.bridge.end).toEqual({ verdict: "hang-up", reason: "the call has cost what it may" });
  });
});

describe("keys that are pressed while goodbye is due", () => {
  test.each([
    ["the call has cost what it may", { spending }, used(1)],
    ["the call ran out of time", { maxDurationMs: 1_000 }, undefined],
  ] as const)("do not make a call endless: %s, and goodbye is said when the line is back", (reason, options, cause) => {
    const call = talkingLine(options);
    call.happens(responseStarted());
    call.happens(toolCalled("t", "send_digits"));
    if (cause !== undefined) call.happens(cause);
    call.wait(1_000);
    const next = { do: "send-digits", digits: "12#" } as const;
    call.happens(toolFinished(next, "t", "Pressed."));
    call.happens({ type: "model.tool-output-taken", toolCallId: "t" });
    call.happens(responseEnded());
    expect(call.bridge.follow).toMatchObject({ verdict: "send-digits" });
    call.happens({ type: "verdict.asked" });
    call.happens({ type: "keys.sent" });
    call.happens({ type: "stream.started" });
    // It was asked for before the keys, too, and once more since then.
    goodbye(call);
    expect(call.bridge.end).toBeUndefined();
    goodbye(call, "again");
    expect(call.bridge.end).toEqual({ verdict: "hang-up", reason });
  });
});
