import { describe, expect, test } from "vitest";
import {
  frame,
  audio,
  audioEnded,
  echoMarks,
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

const called = (toolCallId: string, name = "look_up") => toolCalled(toolCallId, name);
const finished = (toolCallId: string, what: "go-on" | "hang-up" = "go-on") =>
  toolFinished({ do: what }, toolCallId, `output of ${toolCallId}`);
const taken = (toolCallId: string) => ({ type: "model.tool-output-taken", toolCallId }) as const;

describe("the model calls a tool", () => {
  test("it runs at once, while the model still speaks, and its output is sent when it is there", () => {
    const call = talkingLine();
    call.happens(responseStarted());
    expect(only(call.happens(called("t1")), "tool.run")).toEqual([
      { type: "tool.run", toolCallId: "t1", name: "look_up", arguments: "{}" },
    ]);
    const orders = call.happens(finished("t1"));
    expect(only(orders, "model.add-tool-output")).toMatchObject([{ toolCallId: "t1", output: "output of t1" }]);
    expect(kinds(orders)).not.toContain("model.create-response");
    expect(only(call.happens(responseEnded()), "model.create-response")).toHaveLength(1);
  });

  test("two calls of one response: two outputs, and one continuation when both are there", () => {
    const call = talkingLine();
    call.happens(responseStarted());
    call.happens(called("t1"));
    call.happens(called("t2"));
    call.happens(responseEnded());
    expect(kinds(call.happens(finished("t2")))).not.toContain("model.create-response");
    expect(only(call.happens(finished("t1")), "model.create-response")).toHaveLength(1);
    expect(only(call.orders, "model.add-tool-output")).toHaveLength(2);
  });

  test("a tool that finishes twice, or that nobody called, is answered once, or not at all", () => {
    const call = talkingLine();
    call.happens(responseStarted());
    call.happens(called("t1"));
    call.happens(called("t1"));
    call.happens(responseEnded());
    call.happens(finished("t1"));
    call.happens(finished("t1"));
    call.happens(finished("t9"));
    expect(only(call.orders, "tool.run")).toHaveLength(1);
    expect(only(call.orders, "model.add-tool-output")).toHaveLength(1);
    expect(only(call.orders, "model.create-response")).toHaveLength(1);
  });

  test("a caller who speaks meanwhile is answered once: by the response that has seen the output", () => {
    const call = talkingLine();
    call.happens(responseStarted());
    call.happens(called("t1"));
    call.happens(responseEnded());
    call.happens(speechStarted);
    call.happens(finished("t1"));
    call.happens(taken("t1"));
    call.happens(speechStopped);
    call.happens(responseStarted("r2"));
    call.happens(responseEnded("r2"));
    call.wait(10_000);
    expect(kinds(call.orders)).not.toContain("model.create-response");
  });

  test("a response that began before the output was there does not count: the model goes on after it", () => {
    const call = talkingLine();
    call.happens(responseStarted());
    call.happens(called("t1"));
    call.happens(responseEnded());
    call.happens(speechStarted);
    call.happens(speechStopped);
    call.happens(finished("t1"));
    call.happens(responseStarted("r2"));
    call.happens(taken("t1"));
    expect(kinds(call.orders)).not.toContain("model.create-response");
    expect(only(call.happens(responseEnded("r2")), "model.create-response")).toHaveLength(1);
  });

  test("a caller's cough that the model does not answer does not keep the tool's answer back for ever", () => {
    const call = talkingLine();
    call.happens(responseStarted());
    call.happens(called("t1"));
    call.happens(responseEnded());
    call.happens(speechStarted);
    call.happens(finished("t1"));
    call.happens(speechStopped);
    expect(only(call.wait(2_000), "model.create-response")).toHaveLength(1);
  });

  test("an output that the model refuses does not have later turns answered twice", () => {
    const call = talkingLine();
    call.happens(responseStarted());
    call.happens(called("t1"));
    const commandId = only(call.happens(finished("t1")), "model.add-tool-output")[0]?.commandId ?? "";
    call.happens({ type: "model.command-refused", commandId, refusal: "invalid", message: "" });
    call.happens(speechStarted);
    call.happens(responseEnded());
    call.happens(speechStopped);
    call.happens(responseStarted("r2"));
    expect(kinds(call.happens(responseEnded("r2")))).not.toContain("model.create-response");
  });

  test("a slow tool's filler is spoken into silence, once, and the answer follows it", () => {
    const call = talkingLine({ fillers: { look_up: "One moment." } });
    call.happens(responseStarted());
    call.happens(called("t1"));
    call.happens(responseEnded());
    const [filler, ...more] = only(call.wait(5_000), "model.create-response");
    expect(filler?.instructions).toContain("One moment.");
    expect(more).toEqual([]);
    call.happens(finished("t1"));
    call.happens(responseStarted("r2"));
    call.happens(taken("t1"));
    expect(only(call.happens(responseEnded("r2")), "model.create-response")).toHaveLength(1);
  });

  test("a quick tool needs no filler, nor does one while the caller speaks", () => {
    const call = talkingLine({ fillers: { look_up: "One moment." } });
    call.happens(responseStarted());
    call.happens(called("t1"));
    call.happens(responseEnded());
    call.happens(speechStarted);
    call.wait(5_000);
    expect(kinds(call.orders)).not.toContain("model.create-response");
  });

  test("a slow tool blocks neither audio nor barge-in", () => {
    const call = talkingLine();
    call.happens(responseStarted());
    call.happens(called("t1"));
    call.happens(audio("a", 4000));
    call.wait(1000);
    expect(kinds(call.happens(frame("x")))).toContain("model.append-audio");
    expect(kinds(call.happens(speechStarted))).toEqual(expect.arrayContaining(["caller.clear", "model.truncate"]));
  });

  test("the caller hangs up: what runs is aborted, and its end means nothing any more", () => {
    const call = talkingLine();
    call.happens(responseStarted());
    call.happens(called("t1"));
    expect(kinds(call.happens({ type: "stream.stopped" }))).toContain("tool.abort-all");
    expect(call.happens(finished("t1"))).toEqual([]);
  });
});

/** The assistant has said goodbye for two seconds, and wants to hang up. */
function hangingUp() {
  const call = talkingLine();
  call.happens(responseStarted());
  call.happens(audio("a", 2000));
  call.happens(audioEnded("a"));
  call.happens(called("t1", "hang_up"));
  call.happens(finished("t1", "hang-up"));
  call.happens(taken("t1"));
  call.happens(responseEnded());
  return call;
}

describe("the assistant hangs up", () => {
  test("not before its last word was heard", () => {
    const call = hangingUp();
    expect(kinds(call.orders)).not.toContain("stream.close");
    call.wait(1_990);
    expect(kinds(call.orders)).not.toContain("stream.close");
    call.wait(20);
    echoMarks(call);
    expect(call.bridge.end).toEqual({ verdict: "hang-up", reason: "the assistant hung up" });
  });

  test("having said goodbye with the call of the tool, it is not asked to say it again", () => {
    expect(kinds(hangingUp().orders)).not.toContain("model.create-response");
  });

  test("without a goodbye yet, it says one first", () => {
    const call = talkingLine();
    call.happens(responseStarted());
    call.happens(called("t1", "hang_up"));
    call.happens(finished("t1", "hang-up"));
    expect(only(call.happens(responseEnded()), "model.create-response")).toHaveLength(1);
    call.happens(responseStarted("r2"));
    call.happens(audio("b", 1000, "r2"));
    call.happens(audioEnded("b", "r2"));
    call.happens(responseEnded("r2"));
    expect(call.bridge.end).toBeUndefined();
    call.wait(1_010);
    echoMarks(call);
    expect(call.bridge.end?.verdict).toBe("hang-up");
  });

  test("it gives way when the caller speaks again", () => {
    const call = hangingUp();
    call.wait(500);
    call.happens(speechStarted);
    call.happens(speechStopped);
    call.happens(responseStarted("r2"));
    call.happens(responseEnded("r2"));
    call.wait(60_000);
    expect(call.bridge.end).toBeUndefined();
  });

  test("a cough that takes the goodbye back, and that the model does not answer, is answered all the same", () => {
    const call = hangingUp();
    call.happens(speechStarted);
    call.happens(speechStopped);
    expect(only(call.wait(2_000), "model.create-response")).toHaveLength(1);
  });

  test("a caller who has spoken since the model wanted to hang up is not hung up on", () => {
    const call = talkingLine();
    call.happens(responseStarted());
    call.happens(called("t1", "hang_up"));
    call.happens(responseEnded());
    call.happens(speechStarted);
    call.happens(finished("t1", "hang-up"));
    call.happens(taken("t1"));
    call.happens(speechStopped);
    call.happens(responseStarted("r2"));
    call.happens(responseEnded("r2"));
    call.wait(60_000);
    expect(call.bridge.end).toBeUndefined();
  });

  test("a goodbye that is longer than the cap is heard to its end", () => {
    const call = talkingLine();
    call.happens(responseStarted());
    call.happens(audio("a", 20_000));
    call.happens(audioEnded("a"));
    call.happens(called("t1", "hang_up"));
    call.happens(finished("t1", "hang-up"));
    call.happens(responseEnded());
    call.wait(19_500);
    expect(call.bridge.end).toBeUndefined();
    call.wait(15_000);
    expect(call.bridge.end?.verdict).toBe("hang-up");
  });

  test("a mark that never comes back holds the line for twelve seconds more at most", () => {
    const call = hangingUp();
    call.wait(14_000);
    expect(call.bridge.end?.verdict).toBe("hang-up");
  });

  test("when nobody asks what follows the stream, the call is ended at the phone company", () => {
    const call = hangingUp();
    call.wait(14_000);
    expect(kinds(call.wait(2_999))).toEqual([]);
    expect(kinds(call.wait(1))).toEqual(["call.complete"]);
    expect(call.armedTimers).toEqual([]);
  });

  test("when somebody asks, it is not", () => {
    const call = hangingUp();
    call.wait(14_000);
    call.happens({ type: "verdict.asked" });
    expect(kinds(call.wait(10_000))).toEqual([]);
    expect(call.armedTimers).toEqual([]);
  });
});
