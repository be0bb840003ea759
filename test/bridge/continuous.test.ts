import { describe, expect, test } from "vitest";
import { audio, kinds, only, responseStarted, speechStarted } from "./line.ts";
import { appendedMs, liveLine } from "./live-line.ts";

const started = (options?: Parameters<typeof liveLine>[0]) => {
  const live = liveLine(options);
  live.start();
  return live;
};
const entries = (effects: Parameters<typeof only>[0]) => only(effects, "journal.append").map(({ entry }) => entry);

describe("a model whose clock is the audio it is given", () => {
  test("gets silence before the first frame of the phone, and the greeting at once", () => {
    const live = started({ greeting: "Hello." });
    expect(only(live.call.orders, "model.create-response")).toHaveLength(1);
    const orders = live.during(1_000);
    expect(only(orders, "model.append-silence").length).toBeGreaterThan(40);
    expect(appendedMs(orders)).toBeLessThanOrEqual(1_000);
  });

  test("gets the caller's frames as they come, unchanged, and no silence between them", () => {
    const live = started();
    live.during(200);
    const orders = live.during(5_000, { caller: "loud" });
    expect(only(orders, "model.append-audio").map(({ payload }) => payload)).toEqual(Array(250).fill("caller"));
    expect(only(orders, "model.append-silence").length).toBeLessThanOrEqual(4);
  });

  test("gets silence in a gap, at the pace of time, and hears of what was missed in no burst", () => {
    const live = started();
    live.during(1_000, { caller: "loud" });
    const gap = live.during(3_000);
    expect(appendedMs(gap)).toBeGreaterThanOrEqual(2_900);
    expect(appendedMs(gap)).toBeLessThanOrEqual(3_000);
    const from = live.call.orders.length;
    for (let count = 0; count < 150; count += 1) live.happens(lateFrame(-20));
    expect(appendedMs(live.call.orders.slice(from))).toBeLessThanOrEqual(140);
    const after = live.during(10_000, { caller: "quiet" });
    expect(appendedMs(after)).toBeLessThanOrEqual(10_040);
    // The newest 1.5 s of what came late was heard, the rest left out.
    const late = only(after, "model.append-audio").filter(({ payload }) => payload === "late");
    expect(late.length).toBeGreaterThan(60);
    expect(late.length).toBeLessThanOrEqual(75);
  });

  test("what was said before it was ready waits its turn, too", () => {
    const live = liveLine();
    live.happens({ type: "stream.started" });
    live.happens({ type: "model.opened" });
    live.during(1_000, { caller: "loud" });
    const orders = live.happens({ type: "model.ready" });
    expect(appendedMs(orders)).toBeLessThanOrEqual(40);
    expect(only(live.during(3_000, { caller: "quiet" }), "model.append-audio").length).toBeGreaterThan(100);
  });

  test.each(["steady", "gaps", "heaps"])("over ten minutes what it gets is as long as they are: %s", (line) => {
    const live = started();
    let worstMs = 0;
    let waiting = 0;
    for (let step = 1; step <= 30_000; step += 1) {
      const isGap = line !== "steady" && step % 1_000 < 150;
      live.during(20, isGap ? {} : { caller: step % 200 < 100 ? "loud" : "quiet" });
      if (isGap) waiting += 1;
      if (line === "heaps" && !isGap) for (; waiting > 0; waiting -= 1) live.happens(lateFrame(-60));
      if (step % 50 === 0) worstMs = Math.max(worstMs, Math.abs(appendedMs(live.call.orders) - step * 20));
    }
    expect(worstMs).toBeLessThanOrEqual(100);
  });
});

describe("what the phone has to play", () => {
  test("a burst of three seconds is played, and the silence after it is not added: the queue is short again", () => {
    const live = started();
    live.during(500, { caller: "quiet", model: "loud" });
    live.burst(3_000, "loud");
    expect(live.queuedMs()).toBeGreaterThan(2_900);
    live.during(3_000, { caller: "quiet", model: "quiet" });
    expect(live.queuedMs()).toBeLessThan(150);
  });

  test("what was said before there was a phone comes at once, whole, with its pauses, and is not asked for again", () => {
    const live = liveLine({ greeting: "Hello. How are you?" });
    live.happens({ type: "call.prepared" });
    live.happens({ type: "model.opened" });
    live.happens({ type: "model.ready" });
    for (const model of ["loud", "quiet", "loud"] as const) live.during(400, { model });
    live.during(8_000, { model: "quiet" });
    const orders = live.happens({ type: "stream.started" });
    expect(only(orders, "caller.play")).toHaveLength((3 * 400 + 800) / 20);
    live.during(4_000, { caller: "quiet", model: "quiet" });
    expect(only(live.call.orders, "model.create-response")).toHaveLength(1);
    expect(entries(live.call.orders)).toContainEqual({ kind: "playback.heard", itemId: "utterance-1", audioMs: 2_000 });
  });

  test("pauses within what it says stay as they are while nothing waits", () => {
    const live = started();
    for (let round = 0; round < 5; round += 1) {
      live.during(400, { caller: "quiet", model: "loud" });
      live.during(300, { caller: "quiet", model: "quiet" });
    }
    expect(only(live.call.orders, "caller.play")).toHaveLength(175);
  });

  test("silence that belongs to nothing is not sent, and an utterance is over after 800 ms of it", () => {
    const live = started();
    live.during(2_000, { caller: "quiet", model: "quiet" });
    expect(only(live.call.orders, "caller.play")).toEqual([]);
    live.during(600, { caller: "quiet", model: "loud" });
    live.during(3_000, { caller: "quiet", model: "quiet" });
    expect(only(live.call.orders, "caller.play")).toHaveLength(70);
    expect(entries(live.call.orders)).toContainEqual({ kind: "playback.heard", itemId: "utterance-1", audioMs: 1_400 });
  });
});

describe("the caller speaks over the agent", () => {
  test("an agent that talks on is not stopped, however long the queue; one that goes quiet is, once", () => {
    const live = started();
    live.burst(1_500, "loud");
    const over = live.during(1_000, { caller: "loud", model: "loud" });
    expect(kinds(over)).not.toContain("caller.clear");
    const yielded = live.during(1_000, { caller: "loud", model: "quiet" });
    expect(only(yielded, "caller.clear")).toHaveLength(1);
    expect(live.queuedMs()).toBeLessThanOrEqual(1_500);
  });

  test("in steady state nothing needs to be cleared: what waits is heard within 150 ms", () => {
    const live = started();
    live.during(2_000, { caller: "quiet", model: "loud" });
    live.during(600, { caller: "loud", model: "loud" });
    const quiet = live.during(1_000, { caller: "loud", model: "quiet" });
    expect(kinds(quiet)).not.toContain("caller.clear");
  });

  test("an agent that pauses while the caller is quiet is not stopped", () => {
    const live = started();
    live.burst(3_000, "loud");
    expect(kinds(live.during(500, { caller: "quiet", model: "quiet" }))).not.toContain("caller.clear");
  });

  test("a noisy line is no caller", () => {
    const live = started();
    live.during(3_000, { caller: "quiet" });
    for (let count = 0; count < 500; count += 1) live.happens(lateFrame(-50));
    expect(entries(live.call.orders).map(({ kind }) => kind)).not.toContain("caller.speech-started");
  });

  test("its own echo from a speakerphone is no caller", () => {
    const live = started();
    live.during(400, { model: "loud" });
    for (let count = 0; count < 150; count += 1) {
      live.during(20, { model: "loud" });
      live.happens(lateFrame(-32));
    }
    expect(entries(live.call.orders).map(({ kind }) => kind)).not.toContain("caller.speech-started");
  });

  test("after a clear of more than a second the model is told what was not heard, and the transcript says it", () => {
    const live = started();
    live.during(1_000, { caller: "quiet", model: "loud" });
    live.says("agent", "This was heard.", 0);
    live.burst(3_000, "loud");
    live.says("agent", " This was", 1_000);
    live.says("agent", " not.", 2_400);
    live.during(600, { caller: "loud", model: "loud" });
    const orders = live.during(400, { caller: "loud", model: "quiet" });
    expect(kinds(orders).filter((kind) => kind === "caller.clear" || kind === "model.add-text")).toEqual([
      "caller.clear",
      "model.add-text",
    ]);
    expect(only(orders, "model.add-text")[0]?.text).toContain('"not."');
    expect(live.call.bridge.transcript[0]).toMatchObject({
      text: "This was heard. This was",
      unheardText: "not.",
      status: "cut",
    });
  });

  test("after a short clear it is not told", () => {
    const live = started();
    live.burst(1_000, "loud");
    live.during(400, { caller: "loud", model: "loud" });
    live.says("agent", "Something.", 1_100);
    const orders = live.during(400, { caller: "loud", model: "quiet" });
    expect(kinds(orders)).toContain("caller.clear");
    expect(kinds(orders)).not.toContain("model.add-text");
  });
});

describe("another model opens in the place of one that could not start", () => {
  test("turns are taken its way: it reports the caller, who interrupts at once", () => {
    const live = liveLine();
    live.happens({ type: "stream.started" });
    live.happens({ type: "model.opened", turns: "continuous" });
    live.happens({ type: "model.opened", turns: "server-vad" });
    const ready = live.happens({ type: "model.ready" });
    expect(kinds(ready)).not.toContain("timer.set");
    live.happens(responseStarted());
    live.happens(audio("a", 4_000));
    live.during(1_000, { caller: "loud" });
    expect(kinds(live.happens(speechStarted))).toContain("caller.clear");
  });
});

describe("what is said", () => {
  test("the caller's words come in pieces, late, and belong to the turn in which they were said", () => {
    const live = started();
    for (const [index, text] of ["One", "Two"].entries()) {
      live.during(1_000, { caller: "loud", model: "quiet" });
      live.says("caller", text, index * 2_000 + 200);
      live.during(1_000, { caller: "quiet", model: "quiet" });
      live.says("caller", " more", index * 2_000 + 800);
    }
    expect(live.call.bridge.transcript.map(({ role, text }) => [role, text])).toEqual([
      ["caller", "One more"],
      ["caller", "Two more"],
    ]);
  });

  test("words of a caller who is too quiet to be noticed are a turn, and a sign of life", () => {
    const live = started({ silence: { promptAfterMs: 5_000, promptCount: 1 } });
    live.during(4_000, { caller: "quiet", model: "quiet" });
    live.says("caller", "I whisper.", 3_800);
    expect(kinds(live.during(4_000, { caller: "quiet", model: "quiet" }))).not.toContain("model.create-response");
    expect(live.call.bridge.transcript).toMatchObject([{ role: "caller", text: "I whisper." }]);
  });

  test("a request that leads to nothing is made once more; then another session is better", () => {
    const live = started({ greeting: "Hello." });
    live.during(5_500, { caller: "quiet", model: "quiet" });
    expect(only(live.call.orders, "model.create-response")).toHaveLength(2);
    live.during(5_500, { caller: "quiet", model: "quiet" });
    expect(kinds(live.call.orders).slice(-20)).toEqual(expect.arrayContaining(["model.close", "model.open"]));
  });

  test("what is wanted said waits while the caller speaks, and a caller who speaks is not asked for", () => {
    const live = started({ silence: { promptAfterMs: 3_000, promptCount: 1 } });
    live.during(2_500, { caller: "quiet", model: "quiet" });
    const orders = live.during(6_000, { caller: "loud", model: "quiet" });
    expect(kinds(orders)).not.toContain("model.create-response");
  });

  test("a tool that wants keys: the agent is stopped, and nothing more of what it says is played", () => {
    const live = started();
    live.during(1_000, { caller: "quiet", model: "loud" });
    live.burst(2_000, "loud");
    const request = { maxDigits: 4, endKey: undefined, firstKeyWithinMs: 5_000, nextKeyWithinMs: 5_000 };
    live.happens({ type: "keys.wanted", toolCallId: "t", request });
    const orders = live.happens({ type: "caller.dtmf", digit: "4" });
    expect(kinds(orders)).toEqual(expect.arrayContaining(["caller.clear", "model.cancel-response"]));
    const after = live.during(1_000, { caller: "loud", model: "loud" });
    expect(kinds(after)).not.toContain("caller.play");
    expect(kinds(after)).not.toContain("model.append-audio");
    live.during(1_000, { caller: "quiet", model: "quiet" });
    expect(kinds(live.during(200, { caller: "quiet", model: "loud" }))).toContain("caller.play");
  });
});

const lateFrame = (levelDb: number) => ({
  type: "caller.audio" as const,
  payload: "late",
  durationMs: 20,
  timestampMs: Number.NaN,
  levelDb,
});
