import { describe, expect, test } from "vitest";
import type { BridgeOptions } from "../../worker/bridge/options.ts";
import type { Next } from "../../worker/bridge/next.ts";
import {
  type Line,
  audio,
  audioEnded,
  echoMarks,
  frame,
  kinds,
  only,
  responseEnded,
  responseStarted,
  speechStarted,
  speechStopped,
  talkingLine,
  toolCalled,
  toolFinished,
} from "./line.ts";

const lost = { type: "stream.closed", code: 1006, reason: "" } as const;
const back = { type: "stream.started" } as const;
const anna = { do: "transfer", transfer: { to: "+15557654321", name: "Anna", whisper: undefined } } as const;

/** The model has called a tool, which came to this end; the model says a word beside it, which is heard. */
function after(next: Next, { says = false, ...options }: BridgeOptions & { says?: boolean } = {}): Line {
  const call = talkingLine(options);
  call.happens(responseStarted());
  if (says) call.happens(audio("a", 1_000));
  call.happens(toolCalled());
  if (says) call.happens(audioEnded("a"));
  call.happens(responseEnded());
  call.happens(toolFinished(next));
  return call;
}

const told = (call: Line): string[] =>
  only(call.orders, "model.add-text").flatMap(({ by, text }) => (by === "nobody" ? [text] : []));

describe("the stream is lost in the middle of a conversation", () => {
  test("the model is kept for the next one, and what was not heard is cut from its memory", () => {
    const call = talkingLine();
    call.happens(responseStarted());
    call.happens(audio("a", 4_000));
    call.wait(1_500);
    const orders = call.happens(lost);
    expect(only(orders, "model.truncate")).toMatchObject([{ itemId: "a", audioEndMs: 1_500 }]);
    expect(kinds(orders)).toContain("model.cancel-response");
    expect(kinds(orders)).not.toContain("model.close");
    expect(call.bridge.follow).toMatchObject({ verdict: "resume" });
    expect(call.bridge.end).toBeUndefined();
  });

  test("on the next stream it goes on where it was cut, and nobody is greeted", () => {
    const call = talkingLine({ greeting: "Hello." });
    const greetings = only(call.orders, "model.create-response").length;
    call.happens(responseStarted());
    call.happens(audio("a", 4_000));
    call.wait(1_500);
    call.happens(lost);
    call.happens({ type: "model.response-ended", responseId: "r1", outcome: "cancelled" });
    call.wait(2_000);
    const orders = call.happens(back);
    expect(kinds(orders)).not.toContain("model.open");
    expect(told(call)).toHaveLength(1);
    expect(only(call.orders, "model.create-response")).toHaveLength(greetings + 1);
    expect(only(call.happens(frame("f")), "model.append-audio")).toHaveLength(1);
  });

  test("what the model answers meanwhile is heard on the next stream", () => {
    const call = talkingLine();
    call.happens(lost);
    call.happens(responseStarted("r2"));
    expect(kinds(call.happens(audio("b", 400, "r2")))).not.toContain("caller.play");
    expect(only(call.happens(back), "caller.play")).toMatchObject([{ payload: "b/400" }]);
  });

  test("a caller who does not come back is not waited for for ever: both legs are closed, and nothing is left", () => {
    const call = talkingLine({ silence: { promptAfterMs: 5_000, promptCount: 2 } });
    call.happens(lost);
    call.wait(15_000);
    expect(call.bridge.end?.verdict).toBe("fallback");
    expect(kinds(call.orders)).toContain("model.close");
    expect(only(call.orders, "model.create-response")).toEqual([]);
    expect(call.armedTimers).toEqual([]);
  });

  test("another stream while the old one was still thought to be there goes on with the same conversation", () => {
    const call = talkingLine();
    call.happens(responseStarted());
    call.happens(audio("a", 4_000));
    call.wait(1_000);
    const orders = call.happens(back);
    expect(only(orders, "model.truncate")).toMatchObject([{ itemId: "a", audioEndMs: 1_000 }]);
    expect(kinds(orders)).not.toContain("model.close");
    expect(kinds(orders)).not.toContain("stream.close");
  });

  test("whoever asks what follows knows of it first: the stream that was thought alive is closed", () => {
    const call = talkingLine();
    const orders = call.happens({ type: "verdict.asked" });
    expect(kinds(orders)).toContain("stream.close");
    expect(kinds(orders)).not.toContain("model.close");
    expect(call.bridge.follow).toMatchObject({ verdict: "resume" });
  });

  test("an answer of which nothing was heard yet goes on, and is heard on the next stream", () => {
    const call = talkingLine();
    for (const event of [speechStarted, speechStopped, responseStarted()]) call.happens(event);
    const orders = call.happens(lost);
    for (const event of [audio("a", 400), audioEnded("a"), responseEnded()]) call.happens(event);
    orders.push(...call.happens(back));
    expect(only(orders, "caller.play")).toMatchObject([{ payload: "a/400" }]);
    expect(kinds(orders)).not.toContain("model.cancel-response");
    expect(kinds(orders)).not.toContain("model.create-response");
    expect(told(call)).toEqual([]);
  });

  test("a tool that wants to leave the line meanwhile is followed when somebody is on it", () => {
    const call = talkingLine();
    call.happens(responseStarted());
    call.happens(toolCalled());
    call.happens(responseEnded());
    call.happens(lost);
    call.happens(toolFinished(anna));
    call.wait(2_000);
    expect(call.bridge.follow).toMatchObject({ verdict: "resume" });
    call.happens(responseStarted("r2"));
    call.happens(responseEnded("r2"));
    call.happens(back);
    expect(call.bridge.follow).toMatchObject({ verdict: "transfer" });
  });

  test("a call whose time runs out meanwhile says goodbye when somebody is there to hear it", () => {
    const call = talkingLine({ maxDurationMs: 10_000 });
    call.wait(5_000);
    call.happens(lost);
    call.wait(6_000);
    expect(only(call.orders, "model.create-response")).toEqual([]);
    call.happens(back);
    expect(only(call.orders, "model.create-response")).toMatchObject([{ instructions: expect.stringMatching(/time/) }]);
  });

  test("before there is a conversation there is nothing to come back to", () => {
    const call = talkingLine();
    call.happens({ type: "stream.stopped" });
    expect(call.happens(back)).toEqual([]);
    expect(call.bridge.end?.verdict).toBe("hang-up");
  });
});

describe("the assistant hands the call to a person", () => {
  test("after its last word was heard, and not before", () => {
    const call = after(anna, { says: true });
    expect(kinds(call.orders)).not.toContain("stream.close");
    call.wait(1_010);
    echoMarks(call);
    expect(only(call.orders, "stream.close")).toMatchObject([{ verdict: "transfer" }]);
    expect(call.bridge.follow).toMatchObject({ verdict: "transfer", transfer: { to: "+15557654321" } });
    expect(kinds(call.orders)).not.toContain("model.close");
  });

  test("unless the caller speaks up before that", () => {
    const call = after(anna, { says: true });
    call.wait(300);
    call.happens(speechStarted);
    call.wait(20_000);
    expect(kinds(call.orders)).not.toContain("stream.close");
  });

  test("if nobody asks what follows, the phone company is told to, once", () => {
    const call = after(anna, { says: true });
    call.wait(1_010);
    echoMarks(call);
    call.wait(3_000);
    expect(only(call.orders, "call.redirect")).toHaveLength(1);
    expect(kinds(call.orders)).not.toContain("call.complete");
  });

  test.each([
    ["refused", /could not take the call/],
    ["busy", /busy/],
    ["no-answer", /nobody answered/],
    ["failed", /could not be reached/],
  ] as const)("%s: the caller comes back to the assistant, which knows, and speaks first", (outcome, why) => {
    const call = after(anna, { says: true });
    call.wait(1_010);
    echoMarks(call);
    call.happens({ type: "verdict.asked" });
    call.wait(25_000);
    call.happens({ type: "transfer.ended", outcome });
    expect(call.bridge.follow).toMatchObject({ verdict: "resume" });
    const before = only(call.orders, "model.create-response").length;
    call.happens(back);
    expect(told(call)[0]).toMatch(/Anna/);
    expect(told(call)[0]).toMatch(why);
    expect(only(call.orders, "model.create-response")).toHaveLength(before + 1);
  });

  test("taken: the assistant's part is over, without another word", () => {
    const call = after(anna, { says: true });
    call.wait(1_010);
    echoMarks(call);
    call.happens({ type: "transfer.ended", outcome: "taken" });
    expect(call.bridge.end).toMatchObject({ verdict: "hang-up", say: "" });
    expect(call.armedTimers).toEqual([]);
  });

  test("a model is not kept for a talk that lasts: it is let go, and the person's talk goes on", () => {
    const call = after(anna, { says: true });
    call.wait(1_010);
    echoMarks(call);
    call.happens({ type: "verdict.asked" });
    call.wait(179_000);
    expect(kinds(call.orders)).not.toContain("model.close");
    call.wait(1_000);
    expect(kinds(call.orders)).toContain("model.close");
    expect(kinds(call.orders)).not.toContain("call.complete");
    expect(call.armedTimers).toEqual([]);
  });

  test("the time of the assistant's call does not cut off a caller who talks with a person", () => {
    const call = after(anna, { says: true, maxDurationMs: 30_000 });
    call.wait(1_010);
    echoMarks(call);
    call.happens({ type: "verdict.asked" });
    call.wait(60_000);
    expect(call.bridge.follow).toMatchObject({ verdict: "transfer" });
    expect(kinds(call.orders)).not.toContain("call.complete");
  });

  test("a model that is lost meanwhile is not missed", () => {
    const call = after(anna, { says: true });
    call.wait(1_010);
    echoMarks(call);
    const lost = call.happens({ type: "model.closed", code: 1006, reason: "" });
    expect(kinds(lost)).not.toContain("model.open");
    expect(call.bridge.follow).toMatchObject({ verdict: "transfer" });
    call.happens({ type: "transfer.ended", outcome: "taken" });
    expect(call.bridge.end).toMatchObject({ verdict: "hang-up", say: "" });
    expect(call.armedTimers).toEqual([]);
  });

  test("nobody takes the call, and the stream does not come up either: the caller is left to the ladder", () => {
    const call = after(anna, { says: true });
    call.wait(1_010);
    echoMarks(call);
    call.happens({ type: "verdict.asked" });
    call.happens({ type: "transfer.ended", outcome: "no-answer" });
    call.wait(15_000);
    expect(call.bridge.end).toMatchObject({ verdict: "fallback" });
  });

  test("a caller who speaks up keeps the line, and the model is told that it has not left it", () => {
    const call = after(anna, { says: true });
    call.happens(speechStarted);
    expect(told(call)).toEqual([expect.stringMatching(/goes on/)]);
  });

  test("the caller hangs up meanwhile: the model is let go at once", () => {
    const call = after(anna, { says: true });
    call.wait(1_010);
    echoMarks(call);
    call.happens({ type: "carrier.reported", report: { about: "call", status: "completed" } });
    expect(kinds(call.orders)).toContain("model.close");
    expect(call.armedTimers).toEqual([]);
  });
});

describe("the assistant presses keys", () => {
  test("at once: what it was saying is cut, the model is kept, and is told when it hears the other side again", () => {
    const call = talkingLine();
    call.happens(responseStarted());
    call.happens(audio("a", 4_000));
    call.happens(toolCalled());
    call.wait(500);
    const orders = call.happens(toolFinished({ do: "send-digits", digits: "12#" }));
    expect(kinds(orders)).toEqual(expect.arrayContaining(["caller.clear", "model.truncate", "stream.close"]));
    expect(call.bridge.follow).toMatchObject({ verdict: "send-digits", digits: "12#" });
    call.happens({ type: "model.response-ended", responseId: "r1", outcome: "cancelled" });
    call.wait(1_000);
    call.happens(back);
    expect(told(call)[0]).toContain("12#");
    // It listens to the menu.
    expect(kinds(call.orders)).not.toContain("model.create-response");
  });

  test("once: when they have sounded and the stream does not come up, it is opened again without them", () => {
    const call = after({ do: "send-digits", digits: "12#" });
    call.happens({ type: "verdict.asked" });
    expect(call.bridge.follow).toMatchObject({ verdict: "send-digits" });
    call.happens({ type: "keys.sent" });
    expect(call.bridge.follow).toMatchObject({ verdict: "resume" });
  });
});
