import { describe, expect, test } from "vitest";
import {
  type Line,
  audio,
  audioEnded,
  echoMarks,
  frame,
  line,
  only,
  responseEnded,
  responseStarted,
  speechStarted,
  speechStopped,
  talkingLine,
  toolCalled,
  toolFinished,
} from "./line.ts";

const drop = { type: "model.closed", code: 1006, reason: "" } as const;

/** Another session is there, and ready; gives what it is told. */
function reopened(call: Line) {
  const [configured] = only(call.happens({ type: "model.opened" }), "model.configure");
  const orders = call.happens({ type: "model.ready" });
  return { orders, history: configured?.history ?? [] };
}

/** The caller speaks for so long, and what they said is written down. */
function says(call: Line, text: string, durationMs: number): void {
  call.happens(speechStarted);
  for (let passedMs = 0; passedMs < durationMs; passedMs += 20) {
    call.wait(20);
    call.happens(frame("said", -20));
  }
  call.happens(speechStopped);
  call.happens({ type: "model.caller-words", itemId: "c1", text });
}

describe("a turn that cannot be heard again from its beginning", () => {
  test("is told in words, if they are known, and answered once", () => {
    const call = talkingLine();
    says(call, "A long story.", 25_000);
    call.happens(drop);
    const { history, orders } = reopened(call);
    expect(history).toMatchObject([{ by: "caller", text: "A long story." }]);
    expect(only(orders, "model.append-audio")).toEqual([]);
    expect(only(orders, "model.create-response")).toHaveLength(1);
  });

  test("and the caller is asked to say it again, if they are not", () => {
    const call = talkingLine();
    call.happens(speechStarted);
    for (let count = 0; count < 1_000; count += 1) {
      call.wait(20);
      call.happens(frame("said", -20));
    }
    call.happens(drop);
    const { orders } = reopened(call);
    expect(only(orders, "model.add-text").map(({ text }) => text)).toEqual([expect.stringContaining("say it again")]);
  });
});

describe("nothing is said twice", () => {
  test("a greeting that was asked for and not heard is given by the next session, and nothing after it", () => {
    const call = talkingLine({ greeting: "Welcome!" });
    call.happens(drop);
    const { orders } = reopened(call);
    call.happens(responseStarted("r2"));
    call.happens(audio("a", 400, "r2"));
    call.happens(audioEnded("a", "r2"));
    const after = call.happens(responseEnded("r2"));
    expect(only([...orders, ...after], "model.create-response")).toHaveLength(1);
  });

  test("a greeting that was half made ready before the stream came is made anew, and heard once", () => {
    const call = line({ greeting: "Welcome!" });
    call.happens({ type: "call.prepared" });
    reopened(call);
    call.happens(responseStarted("r1"));
    call.happens(audio("a", 400, "r1"));
    call.happens(drop);
    expect(only(call.happens({ type: "stream.started" }), "caller.play")).toEqual([]);
    expect(only(reopened(call).orders, "model.create-response")).toHaveLength(1);
  });

  test("an answer that waits for a caller who is away is given by the next session, which hears the question", () => {
    const call = talkingLine();
    says(call, "What time is it?", 1_000);
    call.happens(responseStarted());
    call.happens({ type: "stream.closed", code: 1006, reason: "" });
    for (const event of [audio("a", 400), audioEnded("a"), responseEnded(), drop]) call.happens(event);
    const { orders } = reopened(call);
    expect(only(orders, "model.append-audio").length).toBeGreaterThan(0);
    const returned = call.happens({ type: "stream.started" });
    expect(only(returned, "caller.play")).toEqual([]);
    expect(only([...orders, ...returned], "model.create-response")).toEqual([]);
  });

  test("a turn that another session hears again stands in the transcript once", () => {
    const call = talkingLine();
    says(call, "What time is it?", 1_000);
    call.happens(drop);
    reopened(call);
    call.happens({ type: "model.speech-started", itemId: "c2" });
    call.happens({ type: "model.caller-words", itemId: "c2", text: "What time is it?" });
    expect(call.bridge.transcript.map(({ itemId }) => itemId)).toEqual(["c2"]);
  });
});

describe("what is no loss", () => {
  test("a cough over the agent's words leaves nothing to be asked for again", () => {
    const call = talkingLine({ interruption: { minMs: 200 } });
    call.happens(responseStarted());
    call.happens(audio("a", 2_000));
    call.happens(audioEnded("a"));
    call.happens(responseEnded());
    call.wait(300);
    call.happens(speechStarted);
    call.happens(speechStopped);
    call.wait(2_000);
    echoMarks(call);
    expect(call.bridge.takeNews(call.nowMs).state?.loss).toBe("nothing");
  });

  test("keys that were told stand in the history once, and nothing that was not understood beside them", () => {
    const call = talkingLine();
    call.happens({ type: "caller.dtmf", digit: "1" });
    call.wait(5_000);
    call.happens({ type: "model.item-added", itemId: "item_keys", previousItemId: undefined, role: "caller" });
    call.happens(drop);
    expect(reopened(call).history).toMatchObject([{ by: "caller", text: expect.stringContaining(": 1") }]);
  });

  test("the second keys of a call are pressed, though the first have sounded", () => {
    const call = talkingLine();
    const press = (toolCallId: string, digits: string) => {
      call.happens(responseStarted(toolCallId));
      call.happens(toolCalled(toolCallId, "keys", toolCallId));
      call.happens(responseEnded(toolCallId));
      call.happens(toolFinished({ do: "send-digits", digits }, toolCallId));
    };
    press("t1", "1");
    const first = call.bridge.follow;
    expect(first).toMatchObject({ verdict: "send-digits", digits: "1" });
    call.wait(1_000);
    call.happens({ type: "stream.started" });
    call.wait(5_000);
    press("t2", "2");
    const round = first?.verdict === "send-digits" ? first.round : undefined;
    call.happens({ type: "keys.sent", round });
    expect(call.bridge.follow).toMatchObject({ verdict: "send-digits", digits: "2" });
  });
});
