import { describe, expect, test } from "vitest";
import type { Absence } from "../../worker/bridge/absence.ts";
import type { CallMemory } from "../../worker/bridge/memory.ts";
import type { BridgeOptions } from "../../worker/bridge/options.ts";
import type { Line as Said } from "../../worker/bridge/transcript.ts";
import { noUsage } from "../../worker/bridge/usage.ts";
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
  speechStopped,
  talkingLine,
} from "./line.ts";

const minuteMs = 60_000;
/** Five minutes into the call. */
const startMs = 5 * minuteMs;
const back = { type: "stream.started" } as const;

const said = (itemId: string, role: "caller" | "agent", words: string): Said => ({
  itemId,
  role,
  words,
  spoken: [],
  generatedMs: role === "agent" ? 1_000 : 0,
  hearing: { name: "heard" },
});

const memory: CallMemory = {
  startedAtMs: 0,
  absence: undefined,
  isMachineListening: false,
  hasBegun: true,
  loss: "nothing",
  sessionCount: 1,
  tokens: noUsage,
  costUsd: 0.5,
  toldUsd: 0.6,
  modelUsd: 0.5,
  lines: [said("c1", "caller", "Hello."), said("a1", "agent", "Good morning.")],
};

/** A call that another object has begun, and that is known to this one by its record. */
function recalled(known: Partial<CallMemory> = {}, options: BridgeOptions = {}): Line {
  const call = line(options, { memory: { ...memory, ...known }, startMs });
  call.happens({ type: "call.recalled" });
  return call;
}

/** The caller is back, and so is a model; gives what it is told. */
function resumed(call: Line) {
  const came = call.happens(back);
  const [configured] = only(call.happens({ type: "model.opened" }), "model.configure");
  const orders = call.happens({ type: "model.ready" });
  return { came, orders, history: configured?.history ?? [] };
}

const lossOf = (call: Line) => call.bridge.takeNews(call.nowMs).state?.loss;
const told = (call: Line): string[] => only(call.orders, "model.add-text").map(({ text }) => text);
const asked = (call: Line) => only(call.orders, "model.create-response");

describe("another object goes on with a call", () => {
  test("it expects the caller back, and dials nobody meanwhile", () => {
    const call = recalled();
    expect(call.bridge.follow).toMatchObject({ verdict: "resume" });
    expect(call.bridge.end).toBeUndefined();
    expect(kinds(call.orders)).not.toContain("model.open");
    expect(call.armedTimers).toEqual(["away"]);
  });

  test("the model is had when the caller is back, is told what was said, and greets nobody", () => {
    const call = recalled({}, { greeting: "Welcome!" });
    const { came, history } = resumed(call);
    expect(kinds(came)).toContain("model.open");
    expect(history).toEqual([
      { what: "words", by: "caller", text: "Hello.", itemId: "c1" },
      { what: "words", by: "agent", text: "Good morning.", itemId: "a1" },
    ]);
    expect(told(call)).toEqual([]);
    expect(asked(call)).toEqual([]);
    expect(call.armedTimers).not.toContain("away");
  });

  test.each([
    ["unheard", [expect.stringContaining("say it again")]],
    ["cut-off", [expect.stringContaining("cut off")]],
    ["unsaid", []],
  ] as const)("what was lost as %s is made good, once", (loss, notes) => {
    const call = recalled({ loss });
    resumed(call);
    expect(told(call)).toEqual(notes);
    expect(asked(call)).toHaveLength(1);
    call.happens(responseStarted());
    call.happens(responseEnded());
    call.happens({ type: "stream.closed", code: 1006, reason: "" });
    call.happens(back);
    expect(told(call)).toEqual(notes);
    expect(asked(call)).toHaveLength(1);
  });

  test("the transcript goes on, with a note that the line was interrupted, and of how long that is known", () => {
    const call = recalled();
    call.wait(1_500);
    resumed(call);
    expect(call.bridge.transcript.map(({ text }) => text)).toEqual([
      "Hello.",
      "Good morning.",
      "the line was interrupted for 2 s",
    ]);
  });

  test("its time limit and its price count from the beginning of the call", () => {
    const call = recalled({}, { maxDurationMs: 6 * minuteMs, spending: { lineUsdPerMinute: 0.01 } });
    resumed(call);
    call.wait(minuteMs - 1);
    expect(asked(call)).toEqual([]);
    call.wait(1);
    expect(asked(call)).toHaveLength(1);
    const { state } = call.bridge.takeNews(call.nowMs);
    expect(state?.startedAtMs).toBe(0);
    expect(state?.modelUsd).toBeCloseTo(0.5);
    expect(state?.toldUsd).toBeCloseTo(0.56);
  });

  test("a call whose time was up meanwhile is wrapped up as soon as the caller is back", () => {
    const call = recalled({}, { maxDurationMs: minuteMs });
    call.wait(0);
    resumed(call);
    expect(asked(call)).toHaveLength(1);
    expect(call.armedTimers).toContain("goodbye");
  });

  test("its sessions are counted on, so that no item of ours is named twice", () => {
    const call = recalled({ sessionCount: 3 });
    resumed(call);
    expect(call.bridge.takeNews(call.nowMs).state?.sessionCount).toBe(4);
  });

  test("nobody comes back in fifteen seconds: that is the end, and no timer is left", () => {
    const call = recalled({}, { maxDurationMs: 30 * minuteMs, spending: { lineUsdPerMinute: 0.01 } });
    call.wait(14_999);
    expect(call.bridge.end).toBeUndefined();
    call.wait(1);
    expect(call.bridge.end).toMatchObject({ verdict: "fallback" });
    expect(call.armedTimers).toEqual([]);
  });

  test("no model can be had: a person, or a voicemail, within seconds", () => {
    const call = recalled();
    call.happens(back);
    call.wait(8_000);
    expect(call.bridge.end).toMatchObject({ verdict: "fallback" });
    expect(call.armedTimers).toEqual([]);
  });

  test("it is lost as well: what it knew, and what was lost, is known to the next", () => {
    const call = recalled({ loss: "unheard" });
    const { state, lines } = call.bridge.takeNews(call.nowMs);
    expect(state).toMatchObject({ loss: "unheard", startedAtMs: 0, absence: { end: { verdict: "resume" } } });
    // The record has them.
    expect(lines).toEqual([]);
  });
});

describe("a caller who was off the stream when the object was lost", () => {
  const transfer: Absence = {
    end: { verdict: "transfer", transfer: { to: "+15557654321", name: "Anna" }, reason: "the assistant" },
    sinceMs: startMs - 10_000,
  };
  const keys: Absence = {
    end: { verdict: "send-digits", digits: "12", reason: "the assistant" },
    sinceMs: startMs - 1_000,
  };

  test("is still being put through, and hears of it when nobody takes the call", () => {
    const call = recalled({ absence: { ...transfer } });
    call.wait(minuteMs);
    expect(call.bridge.follow).toMatchObject({ verdict: "transfer" });
    call.happens({ type: "transfer.ended", outcome: "busy" });
    expect(call.bridge.follow).toMatchObject({ verdict: "resume" });
    resumed(call);
    expect(told(call)).toEqual([expect.stringMatching(/Anna.*busy/)]);
    expect(asked(call)).toHaveLength(1);
  });

  test("talks with a person by now: the call is over for us, and nobody says a word", () => {
    const call = recalled({ absence: { ...transfer } });
    call.happens({ type: "transfer.ended", outcome: "taken" });
    expect(call.bridge.end).toMatchObject({ verdict: "hang-up", say: "" });
    expect(call.armedTimers).toEqual([]);
  });

  test("is waited for by the measure of that absence, and not for ever", () => {
    const call = recalled({ absence: { ...transfer } });
    call.wait(3 * minuteMs);
    expect(call.bridge.end).toMatchObject({ verdict: "hang-up", say: "" });
    expect(call.armedTimers).toEqual([]);
  });

  test("whom nobody took, as was known before the loss, should be back at once", () => {
    const call = recalled({ absence: { ...transfer, outcome: "refused" } });
    expect(call.bridge.follow).toMatchObject({ verdict: "resume" });
    call.wait(15_000);
    expect(call.bridge.end).toMatchObject({ verdict: "fallback" });
  });

  test("finds that the keys have sounded, and that they are not pressed again", () => {
    const call = recalled({ absence: { ...keys } });
    expect(call.bridge.follow).toMatchObject({ verdict: "send-digits", digits: "12" });
    call.happens({ type: "keys.sent" });
    expect(call.bridge.follow).toMatchObject({ verdict: "resume" });
    resumed(call);
    expect(told(call)).toEqual([expect.stringContaining("12")]);
  });
});

describe("a machine that listens", () => {
  test("is told nothing by the object that goes on: it hangs up", () => {
    const call = recalled({ isMachineListening: true });
    expect(call.bridge.end).toMatchObject({ verdict: "hang-up", say: "" });
    expect(kinds(call.orders)).not.toContain("model.open");
    expect(call.armedTimers).toEqual([]);
  });
});

describe("what is lost if the object goes now", () => {
  test("is told from moment to moment of a turn", () => {
    const call = talkingLine();
    expect(lossOf(call)).toBe("nothing");
    call.happens(speechStarted);
    call.happens(speechStopped);
    expect(lossOf(call)).toBe("unheard");
    call.happens({ type: "model.caller-words", itemId: "c1", text: "Hello." });
    expect(lossOf(call)).toBe("unsaid");
    call.happens(responseStarted());
    call.happens(audio("a", 1_000));
    expect(lossOf(call)).toBe("cut-off");
    call.happens(audioEnded("a"));
    call.happens(responseEnded());
    call.wait(1_010);
    echoMarks(call);
    expect(lossOf(call)).toBe("nothing");
  });

  test("an item is news only while it is heard, and how far; then once more, and no more", () => {
    const call = talkingLine();
    const news = () => call.bridge.takeNews(call.nowMs).lines.map(({ itemId, hearing }) => ({ itemId, ...hearing }));
    call.happens(responseStarted());
    call.happens(audio("a", 2_000));
    call.happens(audioEnded("a"));
    call.happens(responseEnded());
    call.wait(990);
    expect(news()).toEqual([{ itemId: "a", name: "pending", heardMs: 990 }]);
    call.wait(1_010);
    echoMarks(call);
    expect(news()).toEqual([{ itemId: "a", name: "heard" }]);
    expect(news()).toEqual([]);
  });

  test("while nobody is on the line it is said where they are", () => {
    const call = talkingLine();
    call.happens({ type: "stream.closed", code: 1006, reason: "" });
    expect(call.bridge.takeNews(call.nowMs).state?.absence).toMatchObject({ end: { verdict: "resume" } });
  });
});
