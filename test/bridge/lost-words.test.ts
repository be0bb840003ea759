import { describe, expect, test } from "vitest";
import { type Line, audio, audioEnded, echoMarks, frame, only, responseStarted, talkingLine } from "./line.ts";

const options = { watch: { framesMs: 9_000, modelMs: 8_000 }, turnSilenceMs: 500, interruption: { minMs: 200 } };

/** The caller's phone sends so much, loud or quiet; gives what was ordered meanwhile. */
function hears(call: Line, durationMs: number, levelDb: number, name = "x") {
  const from = call.orders.length;
  for (let passedMs = 0; passedMs < durationMs; passedMs += 20) {
    call.wait(20);
    call.happens(frame(name, levelDb));
  }
  return call.orders.slice(from);
}

const [loud, quiet] = [-20, -70];

describe("a word of the model's is lost", () => {
  test("it is deaf: asked for a word within two seconds of speech, lost two later, and the next hears all that was said", () => {
    const call = talkingLine(options);
    hears(call, 3_000, quiet);
    expect(only(hears(call, 2_000, loud, "said"), "model.probe")).toHaveLength(1);
    expect(only(hears(call, 2_020, quiet), "model.open")).toHaveLength(1);
    call.happens({ type: "model.opened" });
    const replayed = only(call.happens({ type: "model.ready" }), "model.append-audio");
    expect(replayed.filter(({ payload }) => payload === "said")).toHaveLength(100);
  });

  test("it hears, and was only slow to say so: nothing happens to it", () => {
    const call = talkingLine(options);
    hears(call, 3_000, quiet);
    expect(only(hears(call, 2_000, loud), "model.probe")).toHaveLength(1);
    call.happens({ type: "model.ready" });
    call.happens({ type: "model.speech-started", itemId: "c1" });
    expect(only(hears(call, 5_000, loud), "model.open")).toEqual([]);
  });

  test("that the caller has stopped: the caller is answered all the same, a few seconds later", () => {
    const call = talkingLine(options);
    call.happens({ type: "model.speech-started", itemId: "c1" });
    hears(call, 1_000, loud);
    expect(only(hears(call, 3_400, quiet), "model.create-response")).toEqual([]);
    expect(only(hears(call, 200, quiet), "model.create-response")).toHaveLength(1);
  });

  test("that a response has ended: the next turn is answered", () => {
    const call = talkingLine(options);
    call.happens(responseStarted("r1"));
    call.happens(audio("a", 400));
    call.happens(audioEnded("a"));
    call.wait(1_000);
    echoMarks(call);
    call.happens({ type: "model.speech-started", itemId: "c1" });
    hears(call, 600, loud);
    call.happens({ type: "model.speech-stopped" });
    expect(only(call.wait(2_000), "model.create-response")).toHaveLength(1);
  });

  test("that a response has begun: its sound says so", () => {
    const call = talkingLine({ ...options, greeting: "Hi." });
    call.happens(audio("a", 400, "r1"));
    call.happens({ type: "model.response-ended", responseId: "r1", outcome: "completed" });
    call.wait(6_000);
    expect(only(call.orders, "model.open")).toHaveLength(1);
    expect(only(call.orders, "model.create-response")).toHaveLength(1);
  });
});
