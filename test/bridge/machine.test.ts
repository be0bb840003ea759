import { describe, expect, test } from "vitest";
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
  talkingLine,
  toolCalled,
  toolFinished,
} from "./line.ts";

const message = "Please call us back at noon.";
const byModel: BridgeOptions = { machine: { do: "leave-message", text: message, by: "model" } };
const machine = { about: "answerer", who: "machine", messageEnd: "beep" } as const;
const reported = (call: Line, report: Parameters<Line["happens"]>[0] & { type: "carrier.reported" }) =>
  call.happens(report);
const answers = (call: Line, who: "person" | "fax" | "unknown" | "machine") =>
  reported(call, { type: "carrier.reported", report: who === "machine" ? machine : { about: "answerer", who } });

/** The agent greets, and is heard. */
function greeting(options: BridgeOptions): Line {
  const call = talkingLine(options);
  call.happens(responseStarted());
  call.happens(audio("a", 4_000));
  call.wait(1_000);
  return call;
}

describe("an answering machine", () => {
  test.each(["person", "unknown"] as const)("%s is none: the conversation goes on", (who) => {
    const call = greeting(byModel);
    expect(kinds(answers(call, who))).toEqual(["journal.append"]);
  });

  test("without a policy we hang up, without another word", () => {
    const call = greeting({});
    expect(kinds(answers(call, "machine"))).toEqual(expect.arrayContaining(["caller.clear", "stream.close"]));
    expect(call.bridge.end).toMatchObject({ verdict: "hang-up", say: "" });
  });

  test("a fax has nothing to hear, whatever the policy", () => {
    const call = greeting(byModel);
    answers(call, "fax");
    expect(call.bridge.end).toMatchObject({ verdict: "hang-up", say: "" });
  });

  test("the model stops, leaves exactly the message, and we hang up when it was heard", () => {
    const call = greeting(byModel);
    answers(call, "machine");
    expect(kinds(call.orders)).toEqual(expect.arrayContaining(["caller.clear", "model.cancel-response"]));
    call.happens({ type: "model.response-ended", responseId: "r1", outcome: "cancelled" });
    expect(only(call.orders, "model.create-response").at(-1)?.instructions).toContain(`"${message}"`);
    call.happens(responseStarted("r2"));
    call.happens(audio("b", 3_000, "r2"));
    call.happens(audioEnded("b", "r2"));
    call.happens(responseEnded("r2"));
    call.wait(2_900);
    expect(call.bridge.end).toBeUndefined();
    call.wait(110);
    echoMarks(call);
    expect(call.bridge.end).toMatchObject({ verdict: "hang-up", reason: "a message was left" });
  });

  test("what the machine says meanwhile interrupts nobody: the model hears silence", () => {
    const call = greeting(byModel);
    answers(call, "machine");
    expect(kinds(call.happens(frame("beep", -10)))).toContain("model.append-silence");
    expect(only(call.orders, "model.append-audio")).toEqual([]);
  });

  test("the beep, heard before we knew, is not answered when it has ended; nor is what the model says to it by itself kept", () => {
    const call = greeting(byModel);
    call.happens(speechStarted);
    answers(call, "machine");
    call.happens({ type: "model.response-ended", responseId: "r1", outcome: "cancelled" });
    call.happens(responseStarted("r2"));
    call.happens(speechStopped);
    call.happens(audio("b", 3_000, "r2"));
    call.happens(responseEnded("r2"));
    expect(only(call.orders, "model.create-response")).toHaveLength(1);
    call.happens(responseStarted("r3"));
    expect(kinds(call.happens(audio("c", 400, "r3")))).not.toContain("caller.play");
  });

  test("the phone company may say it instead", () => {
    const call = greeting({ machine: { do: "leave-message", text: message, by: "phone-company" } });
    answers(call, "machine");
    expect(call.bridge.end).toMatchObject({ verdict: "hang-up", say: message });
  });

  test("one that the model recognises by itself is treated alike", () => {
    const call = greeting(byModel);
    call.happens(toolCalled());
    call.happens(responseEnded());
    call.happens(toolFinished({ do: "leave-message" }));
    expect(only(call.orders, "model.create-response").at(-1)?.instructions).toContain(`"${message}"`);
  });

  test("recognised by the model, though it goes on speaking; the call is over when the message was heard", () => {
    const call = greeting(byModel);
    call.happens(toolCalled());
    call.happens(speechStarted);
    call.happens(toolFinished({ do: "leave-message" }));
    call.happens(responseEnded());
    call.happens(responseStarted("r2"));
    call.happens(audio("b", 1_000, "r2"));
    call.happens(audioEnded("b", "r2"));
    call.happens(responseEnded("r2"));
    call.wait(1_010);
    echoMarks(call);
    expect(call.bridge.end).toMatchObject({ verdict: "hang-up", reason: "a message was left" });
  });

  test("a message that fails is tried once more", () => {
    const call = greeting(byModel);
    answers(call, "machine");
    call.happens({ type: "model.response-ended", responseId: "r1", outcome: "cancelled" });
    call.happens(responseStarted("r2"));
    call.happens({ type: "model.response-ended", responseId: "r2", outcome: "failed" });
    expect(only(call.orders, "model.create-response")).toHaveLength(2);
    expect(call.bridge.end).toBeUndefined();
  });

  test("nobody is put through to one when the model fails", () => {
    const call = greeting(byModel);
    answers(call, "machine");
    call.happens({ type: "model.closed", code: 1006, reason: "" });
    expect(call.bridge.end).toMatchObject({ verdict: "hang-up", say: "" });
  });

  test("told of twice, it is left one message", () => {
    const call = greeting(byModel);
    answers(call, "machine");
    call.happens(responseEnded());
    const asked = only(call.orders, "model.create-response").length;
    answers(call, "machine");
    expect(only(call.orders, "model.create-response")).toHaveLength(asked);
  });

  test("one that was found out before the conversation began is met when it does", () => {
    const call = line({});
    call.happens({ type: "call.prepared" });
    answers(call, "machine");
    call.happens({ type: "model.opened" });
    call.happens({ type: "model.ready" });
    expect(call.bridge.end).toBeUndefined();
    call.happens({ type: "stream.started" });
    expect(call.bridge.end).toMatchObject({ verdict: "hang-up", reason: "a machine answered" });
    expect(call.armedTimers).toEqual(["verdict"]);
  });
});
