import { describe, expect, test } from "vitest";
import {
  farLine,
  audio,
  audioEnded,
  echoMarks,
  kinds,
  marksOf,
  only,
  responseEnded,
  responseStarted,
  speechStarted,
  speechStopped,
  talkingLine,
} from "./line.ts";

const cutsOf = (effects: Parameters<typeof only>[0]) =>
  only(effects, "model.truncate").map(({ itemId, audioEndMs }) => ({ itemId, audioEndMs }));

/** A line whose phone is far away: it echoes when the test says so. */
function interruptedFarAway() {
  const call = farLine();
  call.happens(responseStarted());
  call.happens(audio("a", 4000));
  call.wait(1500);
  const orders = call.happens(speechStarted);
  return { call, orders, mark: marksOf(orders)[0] ?? "" };
}

describe("the caller speaks over the agent", () => {
  test("the phone is cleared first, then the model forgets what was not heard", () => {
    const call = talkingLine();
    call.happens(responseStarted());
    call.happens(audio("a", 4000));
    call.wait(1500);
    const orders = call.happens(speechStarted);
    expect(kinds(orders)).toEqual(expect.arrayContaining(["caller.clear", "model.truncate"]));
    expect(kinds(orders).indexOf("caller.clear")).toBeLessThan(kinds(orders).indexOf("model.truncate"));
    expect(cutsOf(orders)).toEqual([{ itemId: "a", audioEndMs: 1500 }]);
  });

  test("deltas of the cut response that were on the way are dropped, and no second truncate follows", () => {
    const call = talkingLine();
    call.happens(responseStarted());
    call.happens(audio("a", 400));
    call.happens(audio("a", 400));
    call.wait(300);
    call.happens(speechStarted);
    expect(call.happens(audio("a", 400))).toEqual([]);
    expect(call.happens(audio("a", 400))).toEqual([]);
    expect(call.happens(audioEnded("a"))).toEqual([]);
    const next = [
      call.happens(responseEnded()),
      call.happens(speechStopped),
      call.happens(responseStarted("r2")),
      call.happens(audio("b", 400, "r2")),
    ];
    expect(only(next.flat(), "caller.play")).toHaveLength(1);
  });

  test("it works when the model finished generating long ago and the phone still plays", () => {
    const call = talkingLine();
    call.happens(responseStarted());
    call.happens(audio("a", 6000));
    call.happens(audioEnded("a"));
    call.happens(responseEnded());
    call.wait(2000);
    const orders = call.happens(speechStarted);
    expect(only(orders, "caller.clear")).toHaveLength(1);
    expect(cutsOf(orders)).toEqual([{ itemId: "a", audioEndMs: 2000 }]);
  });

  test("two items queued: the first is cut where it was heard, the second at nothing", () => {
    const call = talkingLine();
    call.happens(responseStarted());
    call.happens(audio("a", 3000));
    call.happens(audioEnded("a"));
    call.happens(audio("b", 2000));
    call.happens(audioEnded("b"));
    call.happens(responseEnded());
    call.wait(1000);
    expect(cutsOf(call.happens(speechStarted))).toEqual([
      { itemId: "a", audioEndMs: 1000 },
      { itemId: "b", audioEndMs: 0 },
    ]);
  });

  test("an item that was heard in full is left alone while the one after it is cut", () => {
    const call = talkingLine();
    call.happens(responseStarted());
    call.happens(audio("a", 1000));
    call.happens(audioEnded("a"));
    call.happens(audio("b", 2000));
    call.wait(1000);
    call.happens({ type: "playback.marked", name: marksOf(call.orders).find((name) => name.endsWith(":end")) ?? "" });
    call.wait(400);
    const [cut, ...others] = cutsOf(call.happens(speechStarted));
    expect(others).toEqual([]);
    expect(cut?.itemId).toBe("b");
    expect(Math.abs((cut?.audioEndMs ?? 0) - 400)).toBeLessThanOrEqual(10);
  });

  test("nothing is cleared or truncated when nothing is playing", () => {
    const call = talkingLine();
    expect(only(call.happens(speechStarted), "caller.clear")).toEqual([]);
    call.happens(speechStopped);
    call.happens(responseStarted());
    call.happens(audio("a", 500));
    call.happens(audioEnded("a"));
    call.happens(responseEnded());
    call.wait(600);
    echoMarks(call);
    const orders = call.happens(speechStarted);
    expect(kinds(orders)).not.toContain("caller.clear");
    expect(kinds(orders)).not.toContain("model.truncate");
  });

  test("speaking twice in a row clears once", () => {
    const call = talkingLine();
    call.happens(responseStarted());
    call.happens(audio("a", 2000));
    call.wait(500);
    call.happens(speechStarted);
    call.happens(speechStopped);
    expect(kinds(call.happens(speechStarted))).not.toContain("caller.clear");
  });

  test("the marks that a clear echoes prove nothing", () => {
    const call = talkingLine();
    call.happens(responseStarted());
    call.happens(audio("a", 5000));
    call.happens(audioEnded("a"));
    const stale = marksOf(call.orders);
    call.wait(400);
    call.happens(speechStarted);
    call.happens(responseEnded());
    call.happens(speechStopped);
    call.happens(responseStarted("r2"));
    call.happens(audio("b", 3000, "r2"));
    for (const name of stale) call.happens({ type: "playback.marked", name });
    call.wait(700);
    expect(cutsOf(call.happens(speechStarted))).toEqual([{ itemId: "b", audioEndMs: 700 }]);
  });

  test("a response that had sent nothing yet is dropped whole, and the model is told that none of it was heard", () => {
    const call = talkingLine();
    call.happens(responseStarted());
    expect(kinds(call.happens(speechStarted))).not.toContain("caller.clear");
    const late = call.happens(audio("a", 400));
    expect(kinds(late)).toEqual(["model.truncate"]);
    expect(cutsOf(late)).toEqual([{ itemId: "a", audioEndMs: 0 }]);
    expect(call.happens(audio("a", 400))).toEqual([]);
  });

  test("a slow model whose words were all heard: the late rest is dropped, and it keeps what was heard", () => {
    const call = talkingLine();
    call.happens(responseStarted());
    call.happens(audio("a", 400));
    call.wait(410);
    echoMarks(call);
    call.wait(600);
    expect(kinds(call.happens(speechStarted))).not.toContain("caller.clear");
    expect(cutsOf(call.happens(audio("a", 400)))).toEqual([{ itemId: "a", audioEndMs: 400 }]);
  });

  test("a last mark that does not come back means that the phone may still play: it is cleared", () => {
    const call = talkingLine();
    call.happens(responseStarted());
    call.happens(audio("a", 400));
    call.happens(audioEnded("a"));
    call.happens(responseEnded());
    call.wait(2_000);
    const orders = call.happens(speechStarted);
    expect(kinds(orders)).toContain("caller.clear");
    expect(kinds(orders)).not.toContain("model.truncate");
  });

  test("nothing of a cut response is played, not even what comes after its end, or was never announced", () => {
    const call = talkingLine();
    call.happens(audio("a", 4_000, "unannounced"));
    call.wait(500);
    call.happens(speechStarted);
    call.happens(responseEnded("unannounced"));
    expect(kinds(call.happens(audio("a", 400, "unannounced")))).not.toContain("caller.play");
  });

  describe("the model is told where the phone was cut", () => {
    test("the clear leaves at once, and the model is told when the phone has echoed it", () => {
      const { call, orders, mark } = interruptedFarAway();
      expect(kinds(orders).slice(0, 2)).toEqual(["caller.mark", "caller.clear"]);
      expect(kinds(orders)).not.toContain("model.truncate");
      expect(cutsOf(call.happens({ type: "playback.marked", name: mark }))).toEqual([
        { itemId: "a", audioEndMs: 1500 },
      ]);
    });

    test("or when the caller has spoken, and the phone has not: the model is told before it is to answer", () => {
      const { call, mark } = interruptedFarAway();
      expect(cutsOf(call.happens(speechStopped))).toEqual([{ itemId: "a", audioEndMs: 1500 }]);
      expect(cutsOf(call.happens({ type: "playback.marked", name: mark }))).toEqual([]);
    });

    test("a call that ends before that has it in its transcript all the same", () => {
      const { call } = interruptedFarAway();
      call.happens({ type: "model.agent-words", itemId: "a", text: "one two three four" });
      call.happens({ type: "stream.stopped" });
      expect(call.bridge.transcript).toMatchObject([
        { itemId: "a", status: "cut", text: "one two" },
        { role: "caller", status: "pending" },
      ]);
    });
  });
});
