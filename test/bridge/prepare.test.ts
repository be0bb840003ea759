import { describe, expect, test } from "vitest";
import { audio, audioEnded, kinds, line, only, responseEnded, responseStarted, speechStarted } from "./line.ts";

/** A call that was prepared, with its greeting generated before anybody can hear it. */
function greetedEarly() {
  const call = line({ greeting: "Good morning." });
  call.happens({ type: "call.prepared", said: "Connected." });
  call.happens({ type: "model.opened" });
  call.happens({ type: "model.ready" });
  call.happens(responseStarted());
  call.happens(audio("a", 400));
  call.happens(audio("a", 600));
  call.happens(audioEnded("a"));
  call.happens(responseEnded());
  return call;
}

describe("a call that is prepared while the phone company greets", () => {
  test("the model is opened, configured, told what was said in its name, and asked to greet, before there is a stream", () => {
    const call = line({ greeting: "Good morning." });
    expect(kinds(call.happens({ type: "call.prepared", said: "Connected." }))).toContain("model.open");
    expect(kinds(call.happens({ type: "model.opened" }))).toEqual(["model.configure"]);
    const ready = call.happens({ type: "model.ready" });
    expect(only(ready, "model.add-text")).toMatchObject([{ by: "agent", text: "Connected." }]);
    expect(only(ready, "model.create-response")).toHaveLength(1);
  });

  test("nothing is sent to a phone that is not there; what the model has said by then is sent with the stream's start", () => {
    const call = greetedEarly();
    expect(kinds(call.orders).filter((kind) => kind.startsWith("caller."))).toEqual([]);
    call.wait(2_000);
    const orders = call.happens({ type: "stream.started", said: "Connected." });
    expect(only(orders, "caller.play").map(({ payload }) => payload)).toEqual(["a/400", "a/600"]);
    expect(only(orders, "caller.mark").some(({ name }) => name.endsWith(":end"))).toBe(true);
  });

  test("what was said is told once, though both tell of it, and stands in the transcript before the greeting", () => {
    const call = greetedEarly();
    call.happens({ type: "model.agent-words", itemId: "a", text: "Good morning." });
    call.happens({ type: "stream.started", said: "Connected." });
    expect(only(call.orders, "model.add-text")).toHaveLength(1);
    expect(call.bridge.transcript.map(({ text }) => text)).toEqual(["Connected.", "Good morning."]);
  });

  test("a greeting that was made ready is interrupted like any other", () => {
    const call = greetedEarly();
    call.happens({ type: "stream.started", said: "Connected." });
    call.wait(300);
    const orders = call.happens(speechStarted);
    expect(kinds(orders)).toEqual(expect.arrayContaining(["caller.clear", "model.truncate"]));
    expect(only(orders, "model.truncate")).toMatchObject([{ itemId: "a", audioEndMs: 300 }]);
  });

  test("the stream comes before the model is ready: the caller's words wait for it, and the greeting is asked for once", () => {
    const call = line({ greeting: "Good morning." });
    call.happens({ type: "call.prepared" });
    call.happens({ type: "stream.started" });
    call.happens({ type: "caller.audio", payload: "f1", durationMs: 20, timestampMs: 20, levelDb: -60 });
    call.happens({ type: "model.opened" });
    const ready = call.happens({ type: "model.ready" });
    expect(only(ready, "model.append-audio").map(({ payload }) => payload)).toEqual(["f1"]);
    expect(only(call.orders, "model.open")).toHaveLength(1);
    expect(only(call.orders, "model.create-response")).toHaveLength(1);
  });

  test("a stream that never comes: after 30 s the model is let go, and nothing is left", () => {
    const call = greetedEarly();
    call.wait(29_900);
    expect(kinds(call.orders)).not.toContain("model.close");
    call.wait(200);
    expect(kinds(call.orders)).toContain("model.close");
    expect(call.armedTimers).toEqual([]);
  });

  test.each([
    ["cannot be had", { type: "model.failed", reason: "401" }],
    ["is lost", { type: "model.closed", code: 1006, reason: "" }],
  ] as const)("the model %s: it is let go at once, and tried again when somebody is there", (_, event) => {
    const call = line({});
    call.happens({ type: "call.prepared" });
    const orders = call.happens(event);
    expect(kinds(orders)).toContain("model.close");
    expect(kinds(orders)).not.toContain("stream.close");
    expect(kinds(orders)).not.toContain("model.open");
    expect(kinds(call.happens({ type: "stream.started" }))).toContain("model.open");
    call.happens(event);
    expect(call.bridge.end?.verdict).toBe("fallback");
    expect(call.armedTimers).toEqual([]);
  });

  test("prepared twice, as when the phone company asks again, is prepared once", () => {
    const call = line({});
    call.happens({ type: "call.prepared" });
    expect(call.happens({ type: "call.prepared" })).toEqual([]);
  });
});
