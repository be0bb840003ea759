import { describe, expect, test } from "vitest";
import type { Effect } from "../../worker/bridge/effects.ts";
import type { BridgeOptions } from "../../worker/bridge/options.ts";
import {
  type Line,
  audio,
  audioEnded,
  echoMarks,
  frame,
  kinds,
  line,
  only,
  responseEnded,
  responseStarted,
  speechStarted,
  speechStopped,
} from "./line.ts";

const hourMs = 3_600_000;
/** When the next session is opened, and when any moment between two sentences will do. */
const leadMs = hourMs - 90_000;
const pressingMs = hourMs - 10_000;
const drop = { type: "model.closed", code: 1006, reason: "" } as const;

/** A call on a session that ends by itself after an hour. */
function hourly(options: BridgeOptions = {}): Line {
  const call = line(options);
  call.happens({ type: "stream.started" });
  echoMarks(call);
  call.happens({ type: "model.opened" });
  call.happens({ type: "model.ready", expiresAtMs: hourMs });
  return call;
}

const until = (call: Line, atMs: number): Effect[] => call.wait(atMs - call.nowMs);

/** The next session is dialled, opened and ready; gives what it was told. */
function nextIsReady(call: Line, expiresAtMs = 2 * hourMs) {
  until(call, leadMs);
  const [configured] = only(call.happens({ type: "next.opened" }), "model.configure");
  call.happens({ type: "next.ready", expiresAtMs });
  return configured;
}

/** The caller says something, and the agent answers, of which all is heard. */
function oneTurn(call: Line, name: string): void {
  call.happens({ type: "model.speech-started", itemId: `c-${name}` });
  call.happens(speechStopped);
  call.happens({ type: "model.caller-words", itemId: `c-${name}`, text: `Question ${name}.` });
  call.happens(responseStarted(name));
  call.happens({ type: "model.agent-words", itemId: `a-${name}`, text: `Answer ${name}.` });
  call.happens(audio(`a-${name}`, 1_000, name));
  call.happens(audioEnded(`a-${name}`, name));
  call.happens(responseEnded(name));
  call.wait(1_010);
  echoMarks(call);
}

const words = (by: "caller" | "agent", text: string, itemId: string) => ({ what: "words", by, text, itemId });
const turnOf = (name: string) => [
  words("caller", `Question ${name}.`, `c-${name}`),
  words("agent", `Answer ${name}.`, `a-${name}`),
];

describe("a session ends soon", () => {
  test("ninety seconds before it another one is dialled, beside it, once", () => {
    const call = hourly();
    expect(kinds(until(call, leadMs - 1))).not.toContain("model.open-next");
    expect(kinds(until(call, leadMs))).toContain("model.open-next");
    until(call, leadMs + 60_000);
    expect(only(call.orders, "model.open-next")).toHaveLength(1);
    expect(only(call.orders, "model.close")).toEqual([]);
  });

  test("one that lasts only a minute is followed, too, from its middle on", () => {
    const call = line();
    call.happens({ type: "stream.started" });
    call.happens({ type: "model.opened" });
    call.happens({ type: "model.ready", expiresAtMs: 60_000 });
    expect(kinds(call.wait(29_999))).not.toContain("model.open-next");
    expect(kinds(call.wait(1))).toContain("model.open-next");
  });

  test("one of which nobody knows when it ends is left alone", () => {
    const call = line();
    call.happens({ type: "stream.started" });
    call.happens({ type: "model.opened" });
    call.happens({ type: "model.ready" });
    expect(call.armedTimers).not.toContain("rollover");
  });
});

describe("the next session", () => {
  test("is told what is settled, and takes over when nobody speaks: the caller notices nothing", () => {
    const call = hourly({ greeting: "Welcome!" });
    call.happens(responseStarted("greeting"));
    call.happens(responseEnded("greeting"));
    oneTurn(call, "one");
    const configured = nextIsReady(call);
    expect(configured).toMatchObject({ to: "next", history: turnOf("one") });
    const taken = call.wait(200);
    expect(kinds(taken)).toContain("model.swap");
    for (const kind of ["model.recall", "model.add-text", "model.create-response", "caller.play", "caller.clear"])
      expect(kinds(taken)).not.toContain(kind);
    expect(only(call.happens(frame("f")), "model.append-audio")).toHaveLength(1);
  });

  test("is told the rest when it takes over, once and in order", () => {
    const call = hourly();
    oneTurn(call, "one");
    until(call, leadMs);
    expect(only(call.happens({ type: "next.opened" }), "model.configure")).toMatchObject([{ history: turnOf("one") }]);
    oneTurn(call, "two");
    call.happens({ type: "next.ready", expiresAtMs: 2 * hourMs });
    const taken = call.wait(200);
    expect(only(taken, "model.recall").map(({ items }) => items)).toEqual([turnOf("two")]);
    expect(kinds(taken).indexOf("model.swap")).toBeLessThan(kinds(taken).indexOf("model.recall"));
  });

  test.each<[string, (call: Line) => void, (call: Line) => void]>([
    [
      "the agent is heard",
      (call) => {
        call.happens(responseStarted());
        call.happens(audio("a", 5_000));
        call.happens(audioEnded("a"));
        call.happens(responseEnded());
      },
      (call) => {
        call.wait(4_000);
        echoMarks(call);
      },
    ],
    ["the model is about to speak", (call) => call.happens(responseStarted()), (call) => call.happens(responseEnded())],
    [
      "a tool runs",
      (call) => {
        call.happens(responseStarted());
        call.happens({ type: "model.tool-called", responseId: "r1", toolCallId: "t1", name: "find", arguments: "{}" });
        call.happens(responseEnded());
      },
      (call) => {
        call.happens({ type: "tool.finished", toolCallId: "t1", output: "42", next: { do: "go-on" } });
        call.happens(responseStarted("r2"));
        call.happens(responseEnded("r2"));
      },
    ],
    [
      "the caller speaks, and waits for an answer",
      (call) => {
        call.happens(speechStarted);
        call.wait(500);
        call.happens(speechStopped);
      },
      (call) => {
        call.happens(responseStarted());
        call.happens(audio("a", 100));
        call.happens(audioEnded("a"));
        call.happens(responseEnded());
        call.wait(200);
        echoMarks(call);
      },
    ],
  ])("waits while %s", (_, begins, ends) => {
    const call = hourly();
    until(call, leadMs);
    call.happens({ type: "next.opened" });
    begins(call);
    call.happens({ type: "next.ready", expiresAtMs: 2 * hourMs });
    call.wait(1_000);
    expect(kinds(call.orders)).not.toContain("model.swap");
    ends(call);
    call.wait(200);
    expect(only(call.orders, "model.swap")).toHaveLength(1);
  });

  test("in the last ten seconds takes over between two sentences, though something is still heard", () => {
    const call = hourly();
    nextIsReady(call);
    until(call, leadMs + 100);
    call.happens(responseStarted());
    call.happens({ type: "model.agent-words", itemId: "a", text: "A very long story." });
    call.happens(audio("a", 100_000));
    call.happens(audioEnded("a"));
    call.happens(responseEnded());
    until(call, pressingMs - 200);
    expect(kinds(call.orders)).not.toContain("model.swap");
    const taken = until(call, pressingMs + 200);
    expect(kinds(taken)).toContain("model.swap");
    expect(kinds(taken)).not.toContain("caller.clear");
    expect(only(taken, "model.recall").map(({ items }) => items)).toEqual([
      [words("agent", "A very long story.", "a")],
    ]);
    // It was not cut off: there is nothing to go on from.
    expect(only(taken, "model.create-response")).toEqual([]);
  });

  test("is followed itself before its own hour is over", () => {
    const call = hourly();
    nextIsReady(call);
    call.wait(200);
    expect(kinds(until(call, 2 * hourMs - 90_001))).not.toContain("model.open-next");
    expect(kinds(until(call, 2 * hourMs - 90_000))).toContain("model.open-next");
  });

  test("is watched like the one before it", () => {
    const call = hourly({ watch: { framesMs: 10 * hourMs, modelMs: 8_000 } });
    // The old one lives, and is asked from time to time.
    for (let atMs = 5_000; atMs < leadMs; atMs += 5_000) {
      until(call, atMs);
      call.happens({ type: "model.ready" });
    }
    nextIsReady(call);
    call.wait(200);
    const probes = only(call.orders, "model.probe").length;
    call.wait(8_000);
    expect(only(call.orders, "model.probe")).toHaveLength(probes + 1);
    expect(kinds(call.wait(2_000))).toContain("model.open");
  });

  test("that is billed by its time costs what it lasts, on top of the one before it", () => {
    const call = hourly({ spending: { lineUsdPerMinute: 0 } });
    const metered = (seconds: number) =>
      call.happens({ type: "model.metered", seconds, isFinal: false, costUsd: seconds / 100 });
    metered(3_000);
    nextIsReady(call);
    call.wait(200);
    metered(500);
    expect(call.bridge.takeNews(call.nowMs).state).toMatchObject({ costUsd: 35, modelUsd: 35, spentUsd: 35 });
  });
});

describe("a session that is lost while the next one", () => {
  test("is ready: that is taken at once, and goes on from the sentence that was cut off", () => {
    const call = hourly();
    until(call, leadMs);
    call.happens({ type: "next.opened" });
    call.happens(responseStarted());
    call.happens(audio("a", 3_000));
    call.happens({ type: "next.ready", expiresAtMs: 2 * hourMs });
    const lost = call.happens(drop);
    expect(kinds(lost)).toContain("model.swap");
    expect(kinds(lost)).not.toContain("model.open");
    expect(only(lost, "model.add-text").map(({ text }) => text)).toEqual([expect.stringContaining("cut off")]);
    expect(only(lost, "model.create-response")).toHaveLength(1);
    call.wait(5_000);
    expect(call.bridge.follow).toBeUndefined();
  });

  test("says nothing: the next one is taken, and watched in its turn", () => {
    const call = hourly({ watch: { framesMs: 10 * hourMs, modelMs: 8_000 } });
    for (let atMs = 5_000; atMs < leadMs; atMs += 5_000) {
      until(call, atMs);
      call.happens({ type: "model.ready" });
    }
    until(call, leadMs);
    call.happens({ type: "next.opened" });
    call.happens(responseStarted());
    call.happens(audio("a", 60_000));
    call.happens({ type: "next.ready", expiresAtMs: 2 * hourMs });
    expect(kinds(call.wait(10_200))).toContain("model.swap");
    call.happens(responseStarted("r2"));
    const probes = only(call.orders, "model.probe").length;
    call.wait(8_200);
    expect(only(call.orders, "model.probe")).toHaveLength(probes + 1);
  });

  test("is only being opened: another one is dialled, as ever, and what was to follow is forgotten", () => {
    const call = hourly();
    until(call, leadMs);
    call.happens({ type: "next.opened" });
    expect(kinds(call.happens(drop))).toContain("model.open");
    call.happens({ type: "next.ready", expiresAtMs: 2 * hourMs });
    call.happens({ type: "model.opened" });
    call.happens({ type: "model.ready", expiresAtMs: 2 * hourMs });
    call.wait(5_000);
    expect(kinds(call.orders)).not.toContain("model.swap");
    expect(call.bridge.end).toBeUndefined();
  });
});

describe("a next session that cannot be had", () => {
  test("is tried again after five seconds, as long as there is time", () => {
    const call = hourly();
    until(call, leadMs);
    call.happens({ type: "next.failed" });
    expect(kinds(call.wait(4_999))).not.toContain("model.open-next");
    expect(kinds(call.wait(1))).toContain("model.open-next");
    call.happens({ type: "next.opened" });
    call.happens({ type: "next.ready", expiresAtMs: 2 * hourMs });
    expect(kinds(call.wait(200))).toContain("model.swap");
  });

  test("or is lost again before its time, is told anew", () => {
    const call = hourly();
    nextIsReady(call);
    call.happens({ type: "next.failed" });
    oneTurn(call, "one");
    call.wait(5_000);
    const [configured] = only(call.happens({ type: "next.opened" }), "model.configure");
    expect(configured?.history).toEqual(turnOf("one"));
  });

  test("costs the call nothing: it is lost with its session, and has another", () => {
    const call = hourly();
    until(call, leadMs);
    call.happens({ type: "next.failed" });
    expect(kinds(call.happens({ type: "model.closed", code: 1000, reason: "session_expired" }))).toContain(
      "model.open",
    );
    expect(call.bridge.end).toBeUndefined();
  });
});

describe("a call that ends meanwhile", () => {
  test.each<[string, (call: Line) => void]>([
    ["is being opened", (call) => void until(call, leadMs)],
    ["waits for a quiet moment", (call) => void nextIsReady(call)],
    [
      "has failed",
      (call) => {
        until(call, leadMs);
        call.happens({ type: "next.failed" });
      },
    ],
  ])("while the next session %s leaves no timer", (_, happens) => {
    const call = hourly();
    happens(call);
    expect(kinds(call.happens({ type: "stream.stopped" }))).toContain("model.close");
    expect(call.armedTimers).toEqual([]);
    call.happens({ type: "next.opened" });
    call.happens({ type: "next.ready", expiresAtMs: 2 * hourMs });
    expect(kinds(call.wait(hourMs))).toEqual([]);
  });
});
