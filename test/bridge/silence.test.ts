import { describe, expect, test } from "vitest";
import {
  type Line,
  audio,
  audioEnded,
  echoMarks,
  kinds,
  line,
  only,
  responseEnded,
  responseStarted,
  speechStarted,
  speechStopped,
  talkingLine,
  toolCalled,
} from "./line.ts";

const silence = { promptAfterMs: 10_000, promptCount: 2 };

/** The model answers what it was asked, in one second of speech that is heard. */
function answer(call: Line, responseId: string): void {
  call.happens(responseStarted(responseId));
  call.happens(audio(`${responseId}-item`, 1_000, responseId));
  call.happens(audioEnded(`${responseId}-item`, responseId));
  call.happens(responseEnded(responseId));
  call.wait(1_010);
  echoMarks(call);
}

const press = (call: Line, digit: string) => call.happens({ type: "caller.dtmf", digit });

const askedCount = (call: Line): number => only(call.orders, "model.create-response").length;

describe("nobody says anything", () => {
  test("the assistant asks after the silence, counted from the end of hearing and not of generation", () => {
    const call = talkingLine({ silence });
    call.happens(responseStarted());
    call.happens(audio("a", 20_000));
    call.happens(audioEnded("a"));
    call.happens(responseEnded());
    call.wait(10_000);
    echoMarks(call);
    call.wait(19_000);
    expect(askedCount(call)).toBe(0);
    call.wait(1_100);
    expect(askedCount(call)).toBe(1);
  });

  test("it asks twice, then says goodbye, and hangs up when that was heard", () => {
    const call = talkingLine({ silence });
    for (const responseId of ["r1", "r2", "r3"]) {
      call.wait(10_100);
      answer(call, responseId);
    }
    expect(askedCount(call)).toBe(3);
    expect(call.bridge.end).toEqual({ verdict: "hang-up", reason: "the caller was silent" });
    expect(call.armedTimers).toEqual(["verdict"]);
  });

  test("a caller who speaks begins the count anew", () => {
    const call = talkingLine({ silence });
    call.wait(9_000);
    call.happens(speechStarted);
    call.wait(15_000);
    call.happens(speechStopped);
    answer(call, "r1");
    call.wait(9_000);
    expect(askedCount(call)).toBe(0);
    call.wait(1_100);
    expect(askedCount(call)).toBe(1);
  });

  test("a tool that takes long is no silence", () => {
    const call = talkingLine({ silence });
    call.happens(responseStarted());
    call.happens(toolCalled("t", "slow"));
    call.happens(responseEnded());
    call.wait(25_000);
    expect(askedCount(call)).toBe(0);
  });

  test("without the setting nobody asks", () => {
    const call = talkingLine();
    expect(kinds(call.wait(3_600_000))).toEqual([]);
  });
});

describe("the call runs out of time", () => {
  test("the assistant says goodbye, also while the caller goes on talking, and hangs up", () => {
    const call = talkingLine({ maxDurationMs: 60_000 });
    call.wait(60_000);
    expect(askedCount(call)).toBe(1);
    call.happens(speechStarted);
    call.happens(responseStarted("r9"));
    call.wait(12_000);
    expect(call.bridge.end).toEqual({ verdict: "hang-up", reason: "the call ran out of time" });
  });

  test("its last words are heard to their end, whoever speaks", () => {
    const call = talkingLine({ maxDurationMs: 60_000 });
    call.wait(60_000);
    call.happens(responseStarted("r9"));
    call.happens(audio("z", 2_000, "r9"));
    call.wait(500);
    expect(kinds(call.happens(speechStarted))).not.toContain("caller.clear");
    expect(kinds(call.happens(audio("z", 400, "r9")))).toContain("caller.play");
  });
});

describe("the caller presses keys", () => {
  test("keys pressed one after the other reach the model together, as text, and it answers", () => {
    const call = talkingLine();
    for (const digit of "123") {
      press(call, digit);
      call.wait(300);
    }
    const orders = call.wait(1_000);
    expect(only(orders, "model.add-text")).toMatchObject([{ text: expect.stringContaining("123") }]);
    expect(only(orders, "model.create-response")).toHaveLength(1);
  });

  test("the hash key ends a group at once", () => {
    const call = talkingLine();
    press(call, "4");
    expect(only(press(call, "#"), "model.add-text")).toMatchObject([{ text: expect.stringContaining("4#") }]);
    expect(call.armedTimers).not.toContain("keypad");
  });

  test("which keys they were is in no journal", () => {
    const call = talkingLine();
    for (const digit of "98765") press(call, digit);
    call.wait(1_000);
    expect(JSON.stringify(only(call.orders, "journal.append"))).not.toContain("98765");
  });

  test("keys pressed before the model is ready are not lost", () => {
    const call = line();
    call.happens({ type: "stream.started" });
    for (const digit of "12#") call.happens({ type: "caller.dtmf", digit });
    call.wait(1_500);
    call.happens({ type: "model.opened" });
    expect(only(call.happens({ type: "model.ready" }), "model.add-text")).toMatchObject([
      { text: expect.stringContaining("12#") },
    ]);
  });

  test("a key is a sign of life: nobody is asked whether they are there", () => {
    const call = talkingLine({ silence });
    call.wait(9_000);
    press(call, "5");
    call.wait(1_000);
    answer(call, "r1");
    call.wait(5_000);
    expect(only(call.orders, "model.create-response")).toHaveLength(1);
  });
});
