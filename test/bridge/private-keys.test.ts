import { describe, expect, test } from "vitest";
import type { KeyRequest } from "../../worker/bridge/key-request.ts";
import {
  type Line,
  audio,
  frame,
  kinds,
  only,
  responseEnded,
  responseStarted,
  talkingLine,
  toolCalled,
  toolFinished,
} from "./line.ts";

const pin: KeyRequest = { maxDigits: 4, endKey: "#", firstKeyWithinMs: 20_000, nextKeyWithinMs: 5_000 };

/** The model has called a tool, which asks for keys. */
function asked(request = pin): Line {
  const call = talkingLine();
  call.happens(responseStarted());
  call.happens(toolCalled("t1", "check_pin"));
  call.happens(responseEnded());
  call.happens({ type: "keys.wanted", toolCallId: "t1", request });
  return call;
}

const press = (call: Line, digits: string): void => {
  for (const digit of digits.split("")) call.happens({ type: "caller.dtmf", digit });
};
const given = (call: Line): string[] => only(call.orders, "keys.give").map(({ digits }) => digits);

describe("keys that are between the caller and a tool", () => {
  test("the tool gets them when it has as many as it wants", () => {
    const call = asked();
    press(call, "123");
    expect(given(call)).toEqual([]);
    press(call, "4");
    expect(given(call)).toEqual(["1234"]);
  });

  test("or when the caller ends with the key for it, which is no part of them", () => {
    const call = asked();
    press(call, "12#");
    expect(given(call)).toEqual(["12"]);
  });

  test("or when no more come in time; nothing at all is an empty text", () => {
    const some = asked();
    press(some, "12");
    some.wait(5_000);
    expect(given(some)).toEqual(["12"]);
    const none = asked();
    none.wait(20_000);
    expect(given(none)).toEqual([""]);
  });

  test("those behind a number that is complete already are nobody's, and its end key is none of the next", () => {
    const call = asked();
    press(call, "123456#");
    call.wait(3_000);
    expect(given(call)).toEqual(["1234"]);
    expect(kinds(call.orders)).not.toContain("model.add-text");
    press(call, "7");
    call.wait(3_000);
    expect(only(call.orders, "model.add-text")).toMatchObject([{ text: expect.stringMatching(/: 7$/) }]);
  });

  test("half a number is none when the line is lost; and nobody presses any who is away", () => {
    const call = asked();
    press(call, "12");
    call.happens({ type: "stream.closed", code: 1006, reason: "" });
    expect(given(call)).toEqual([""]);
    call.happens({ type: "keys.wanted", toolCallId: "t2", request: pin });
    expect(given(call)).toEqual(["", ""]);
  });

  test("neither the model nor the journal learns of them: only how many there were", () => {
    const call = asked();
    press(call, "1234");
    call.wait(3_000);
    const told = JSON.stringify(call.orders.filter(({ type }) => type !== "keys.give"));
    expect(told).not.toContain("1234");
    expect(kinds(call.orders)).not.toContain("model.add-text");
    expect(only(call.orders, "journal.append")).toContainEqual({
      type: "journal.append",
      entry: { kind: "caller.keys", count: 4 },
    });
    expect(JSON.stringify(call.bridge.transcript)).not.toContain("1234");
  });

  test("meanwhile, and as long as the last tone may sound, the model hears silence in place of the caller", () => {
    const call = asked();
    expect(kinds(call.happens(frame("tone")))).toContain("model.append-silence");
    press(call, "1234");
    expect(kinds(call.happens(frame("tone")))).toContain("model.append-silence");
    call.wait(500);
    expect(only(call.happens(frame("words")), "model.append-audio")).toMatchObject([{ payload: "words" }]);
    expect(only(call.orders, "model.append-audio").map(({ payload }) => payload)).not.toContain("tone");
  });

  test("keys pressed just before the tool asked, and not yet given to the model, are the tool's", () => {
    const call = talkingLine();
    call.happens(responseStarted());
    call.happens(toolCalled("t1", "check_pin"));
    press(call, "12");
    call.happens({ type: "keys.wanted", toolCallId: "t1", request: pin });
    press(call, "34");
    call.wait(2_000);
    expect(given(call)).toEqual(["1234"]);
    expect(kinds(call.orders)).not.toContain("model.add-text");
  });

  test("whoever presses a key has heard enough of what to press", () => {
    const call = asked();
    call.happens(responseStarted("r2"));
    call.happens(audio("a", 8_000, "r2"));
    call.wait(500);
    expect(kinds(call.happens({ type: "caller.dtmf", digit: "1" }))).toEqual(
      expect.arrayContaining(["caller.clear", "model.truncate"]),
    );
  });

  test("a second tool that asks meanwhile gets nothing", () => {
    const call = asked();
    call.happens({ type: "keys.wanted", toolCallId: "t2", request: pin });
    press(call, "1234");
    expect(only(call.orders, "keys.give").map(({ toolCallId, digits }) => [toolCallId, digits])).toEqual([
      ["t2", ""],
      ["t1", "1234"],
    ]);
  });

  test("a tool that is over asks no more: the next keys are the model's again", () => {
    const call = asked();
    call.happens(toolFinished({ do: "go-on" }, "t1", "late"));
    press(call, "5");
    call.wait(2_000);
    expect(only(call.orders, "model.add-text")).toMatchObject([{ by: "caller" }]);
  });

  test("the caller hangs up meanwhile: nothing stays armed", () => {
    const call = asked();
    press(call, "1");
    call.happens({ type: "stream.stopped" });
    expect(call.armedTimers).toEqual([]);
  });
});
