import { describe, expect, test } from "vitest";
import type { BridgeOptions } from "../../worker/bridge/options.ts";
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

const running = { what: "words", by: "nobody", text: expect.stringContaining("it is running") };
const drop = { type: "model.closed", code: 1006, reason: "" } as const;
const added = (itemId: string, role: "caller" | "agent") =>
  ({ type: "model.item-added", itemId, previousItemId: undefined, role }) as const;

/** Another session is there, and ready; gives what it is told. */
function reopened(call: Line) {
  const [configured] = only(call.happens({ type: "model.opened" }), "model.configure");
  const orders = call.happens({ type: "model.ready" });
  return { orders, history: configured?.history ?? [] };
}

/** The caller has said something, and the agent has answered `Good morning.`, of which all was sent. */
function talked(options: BridgeOptions = {}): Line {
  const call = talkingLine(options);
  call.happens(speechStarted);
  call.happens(speechStopped);
  call.happens({ type: "model.caller-words", itemId: "c1", text: "Hello." });
  call.happens(responseStarted());
  call.happens(added("a", "agent"));
  call.happens({ type: "model.agent-words", itemId: "a", text: "Good morning." });
  call.happens(audio("a", 1_000));
  call.happens(audioEnded("a"));
  call.happens(responseEnded());
  return call;
}

describe("the model's connection is lost", () => {
  test("while nobody speaks: it is dialled again at once, is told what was said, and says nothing by itself", () => {
    const call = talked({ greeting: "Welcome!" });
    call.wait(1_010);
    echoMarks(call);
    expect(kinds(call.happens(drop))).toContain("model.open");
    const { orders, history } = reopened(call);
    expect(history).toEqual([
      { what: "words", by: "caller", text: "Hello.", itemId: "c1" },
      { what: "words", by: "agent", text: "Good morning.", itemId: "a" },
    ]);
    expect(only(orders, "model.create-response")).toEqual([]);
    expect(only(call.orders, "stream.close")).toEqual([]);
  });

  test("what the caller says meanwhile waits for the next session, and an answer that was due is given by it", () => {
    const call = talked();
    call.happens(speechStarted);
    call.happens(frame("before", -20));
    call.happens(drop);
    call.happens(frame("meanwhile", -20));
    const { orders, history } = reopened(call);
    const replayed = only(orders, "model.append-audio").map(({ payload }) => payload);
    expect(replayed.slice(-2)).toEqual(["before", "meanwhile"]);
    // The turn is heard, and so not told; the model answers it by itself.
    expect(history.map((item) => item.what === "words" && item.itemId)).not.toContain("c2");
    expect(only(orders, "model.create-response")).toEqual([]);
  });

  test("in the middle of a sentence: what was sent is heard to its end, and the next goes on from there", () => {
    const call = talkingLine();
    call.happens(responseStarted());
    call.happens(audio("a", 3_000));
    const lost = call.happens(drop);
    expect(kinds(lost)).not.toContain("caller.clear");
    expect(only(lost, "caller.mark")).toHaveLength(1);
    const { orders } = reopened(call);
    expect(only(orders, "model.add-text").map(({ text }) => text)).toEqual([expect.stringContaining("cut off")]);
    expect(only(orders, "model.create-response")).toHaveLength(1);
  });

  test("a caller who interrupts what an older session said: it is told in words what was not heard", () => {
    const call = talked();
    call.happens(drop);
    reopened(call);
    call.wait(300);
    const orders = call.happens({ type: "model.speech-started", itemId: "c9" });
    expect(kinds(orders)).toContain("caller.clear");
    const cut = call.orders.slice(-10);
    expect(only(cut, "model.truncate")).toEqual([]);
    expect(only(cut, "model.add-text").map(({ text }) => text)).toEqual([expect.stringContaining("morning.")]);
  });

  test("a greeting of which nothing was heard is given by the next session", () => {
    const call = talkingLine({ greeting: "Welcome!" });
    call.happens(drop);
    const asked = only(reopened(call).orders, "model.create-response");
    expect(asked.map(({ instructions }) => instructions)).toEqual([expect.stringContaining("Welcome!")]);
  });

  test("a tool that runs is not run again: its output goes to the next session, which then goes on", () => {
    const call = talkingLine();
    call.happens(responseStarted());
    call.happens(toolCalled("t1", "find"));
    call.happens(responseEnded());
    call.happens(drop);
    const { history } = reopened(call);
    expect(history).toEqual([running]);
    const orders = call.happens(toolFinished({ do: "go-on" }, "t1", "42"));
    const tool = { toolCallId: "t1", name: "find", arguments: "{}", output: "42" };
    expect(only(orders, "model.recall").map(({ items }) => items)).toEqual([[{ what: "tool", tool }]]);
    expect(only(orders, "model.create-response")).toHaveLength(1);
    expect(only(call.orders, "tool.run")).toHaveLength(1);
  });

  test("what the caller has asked a tool for is told to the next session, which does not hear it again", () => {
    const call = talkingLine();
    call.happens(speechStarted);
    call.happens(frame("asks", -20));
    call.wait(500);
    for (let count = 0; count < 30; count += 1) call.happens(frame("listens"));
    call.happens(speechStopped);
    call.happens({ type: "model.caller-words", itemId: "c1", text: "Look it up." });
    call.happens(responseStarted());
    call.happens(toolCalled("t1", "find"));
    const before = only(call.orders, "model.append-audio").length;
    call.happens(drop);
    const { orders, history } = reopened(call);
    expect(history).toEqual([{ what: "words", by: "caller", text: "Look it up.", itemId: "c1" }, running]);
    const replayed = only(orders, "model.append-audio").slice(0, before);
    expect(replayed.map(({ payload }) => payload)).not.toContain("asks");
    // Were the object of the call gone now, the caller would still wait for an answer.
    expect(call.bridge.takeNews(0).state?.loss).toBe("unsaid");
    // The tool's answer is what is waited for: nobody is asked before it is there.
    expect(only(orders, "model.create-response")).toEqual([]);
    const told = call.happens(toolFinished({ do: "go-on" }, "t1", "42"));
    expect(only(told, "model.create-response")).toHaveLength(1);
  });

  test("a tool that ends before the next session is there is part of what that is told, once", () => {
    const call = talkingLine();
    call.happens(responseStarted());
    call.happens(toolCalled("t1", "find"));
    call.happens(responseEnded());
    call.happens(drop);
    call.happens(toolFinished({ do: "go-on" }, "t1", "42"));
    const { history, orders } = reopened(call);
    expect(history).toHaveLength(1);
    expect(only(orders, "model.recall")).toEqual([]);
    expect(only(orders, "model.create-response")).toHaveLength(1);
  });

  test("it takes longer than a breath: the caller hears a sentence, and is back on another stream", () => {
    const call = talked();
    call.wait(1_010);
    echoMarks(call);
    call.happens(drop);
    const left = call.wait(1_200);
    expect(only(left, "stream.close")).toMatchObject([{ verdict: "resume" }]);
    expect(call.bridge.follow).toMatchObject({ verdict: "resume", isToWait: true });
    reopened(call);
    call.happens({ type: "stream.started" });
    expect(call.bridge.end).toBeUndefined();
    expect(call.armedTimers).not.toContain("model-deadline");
  });

  test("a caller who hears something is not told to wait", () => {
    const call = talkingLine();
    call.happens(responseStarted());
    call.happens(audio("a", 5_000));
    call.happens(drop);
    expect(kinds(call.wait(4_900))).not.toContain("stream.close");
    expect(kinds(call.wait(200))).toContain("stream.close");
  });

  test("it cannot be had again: after eight seconds at most somebody else speaks", () => {
    const call = talked();
    call.wait(1_010);
    echoMarks(call);
    call.happens(drop);
    call.wait(1_200);
    call.happens({ type: "stream.started" });
    call.wait(8_000);
    expect(call.bridge.end).toMatchObject({ verdict: "fallback" });
    expect(call.armedTimers).toEqual([]);
  });
});

/** The assistant has handed the call to Anna. */
function handedOver(): Line {
  const call = talked();
  call.wait(1);
  call.happens(responseStarted("r2"));
  call.happens(toolCalled("t1", "x", "r2"));
  call.happens(responseEnded("r2"));
  const next = { do: "transfer", transfer: { to: "+15557654321", name: "Anna" } } as const;
  call.happens(toolFinished(next));
  call.happens(responseStarted("r3"));
  call.happens(responseEnded("r3"));
  return call;
}

describe("while the caller is put through", () => {
  test("a caller whom nobody took finds another model, which knows what was said, and why they are back", () => {
    const call = handedOver();
    call.wait(1_010);
    echoMarks(call);
    call.happens({ type: "model.closed", code: 1006, reason: "" });
    call.happens({ type: "transfer.ended", outcome: "refused" });
    expect(kinds(call.happens({ type: "stream.started" }))).toContain("model.open");
    const [configured] = only(call.happens({ type: "model.opened" }), "model.configure");
    expect(configured?.history.length).toBeGreaterThan(0);
    const ready = call.happens({ type: "model.ready" });
    expect(only(ready, "model.add-text").map(({ text }) => text)).toEqual([expect.stringContaining("Anna")]);
    expect(only(ready, "model.create-response")).toHaveLength(1);
  });
});

describe("a peer that says nothing", () => {
  const watch = { framesMs: 9_000, modelMs: 8_000 };

  test("a silent model is asked for a word, and another is had when it does not say it", () => {
    const call = talkingLine({ watch });
    const keepTalking = (ms: number) => {
      for (let passed = 0; passed < ms; passed += 20) {
        call.wait(20);
        call.happens(frame("x"));
      }
    };
    keepTalking(8_000);
    expect(only(call.orders, "model.probe")).toHaveLength(1);
    call.happens({ type: "model.ready" });
    keepTalking(8_000);
    expect(only(call.orders, "model.probe")).toHaveLength(2);
    expect(only(call.orders, "model.open")).toHaveLength(1);
    keepTalking(2_600);
    expect(only(call.orders, "model.open")).toHaveLength(2);
  });

  test("a phone without frames is gone: both legs are let go within fifteen seconds", () => {
    const call = talkingLine({ watch });
    call.happens(frame("x"));
    expect(kinds(call.wait(8_900))).not.toContain("stream.close");
    expect(kinds(call.wait(200))).toContain("stream.close");
    expect(kinds(call.wait(4_000))).toContain("model.close");
    expect(call.bridge.end).toMatchObject({ verdict: "fallback" });
    expect(call.armedTimers).toEqual([]);
  });

  test("a phone that comes back after sending nothing for long was not heard, and is asked what it said", () => {
    const call = talkingLine({ watch });
    call.happens(frame("x"));
    call.wait(9_100);
    const orders = call.happens({ type: "stream.started" });
    expect(only(orders, "model.add-text")).toMatchObject([{ text: expect.stringContaining("did not hear") }]);
    expect(only(orders, "model.create-response")).toHaveLength(1);
  });

  test("the phone company reports that the stream is broken: that is believed at once, but not of another stream", () => {
    const call = talkingLine();
    call.happens({ type: "stream.started", streamSid: "MZ2" });
    const fails = (streamSid: string) =>
      call.happens({ type: "carrier.reported", report: { about: "stream", streamSid, did: "fail", error: "31924" } });
    expect(kinds(fails("MZ1"))).not.toContain("stream.close");
    expect(kinds(fails("MZ2"))).toContain("stream.close");
    expect(call.bridge.follow).toMatchObject({ verdict: "resume" });
  });
});

describe("a model that says more than anybody would wait for", () => {
  test("four minutes of it are sent, the rest is stopped, and it knows how far it got", () => {
    const call = talkingLine();
    call.happens(responseStarted());
    for (let second = 0; second < 300; second += 1) call.happens(audio("a", 1_000));
    const sentMs = only(call.orders, "caller.play").length * 1_000;
    expect(sentMs).toBeGreaterThan(240_000);
    expect(sentMs).toBeLessThan(245_000);
    expect(only(call.orders, "model.cancel-response")).toHaveLength(1);
    expect(only(call.orders, "model.truncate")).toMatchObject([{ itemId: "a", audioEndMs: sentMs }]);
  });
});
