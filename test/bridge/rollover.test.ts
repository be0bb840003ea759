import { describe, expect, test } from "vitest";
import { hourMs, hourly, leadMs, nextIsReady, oneTurn, turnOf, until, words } from "./hourly-line.ts";
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
  toolCalled,
  toolFinished,
} from "./line.ts";

/** When any moment between two sentences will do. */
const pressingMs = hourMs - 10_000;

describe("a session ends soon", () => {
  test("ninety seconds before it another one is dialled, beside it, once", () => {
    const call = hourly();
    expect(kinds(until(call, leadMs - 1))).not.toContain("model.open-next");
    expect(kinds(until(call, leadMs))).toContain("model.open-next");
    until(call, leadMs + 9_000);
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
        call.happens(toolCalled("t1", "find"));
        call.happens(responseEnded());
      },
      (call) => {
        call.happens(toolFinished({ do: "go-on" }, "t1", "42"));
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
    expect(call.bridge.takeNews(call.nowMs).state).toMatchObject({ costUsd: 35, modelUsd: 35 });
  });
});
