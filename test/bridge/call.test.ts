import { describe, expect, test } from "vitest";
import {
  type Line,
  audio,
  frame,
  kinds,
  line,
  only,
  responseEnded,
  responseStarted,
  speechStarted,
  talkingLine,
  toolCalled,
  toolFinished,
} from "./line.ts";

const appended = (effects: Parameters<typeof only>[0]) => only(effects, "model.append-audio").map((e) => e.payload);

describe("a call begins", () => {
  test("the stream's start opens the model, and its session is configured when it opens", () => {
    const call = line();
    expect(kinds(call.happens({ type: "stream.started" }))).toContain("model.open");
    expect(kinds(call.happens({ type: "model.opened" }))).toEqual(["model.configure"]);
  });

  test("what the caller says before the model is ready is kept, and sent in order", () => {
    const call = line();
    call.happens({ type: "stream.started" });
    for (const payload of ["1", "2", "3"]) expect(call.happens(frame(payload))).toEqual([]);
    call.happens({ type: "model.opened" });
    call.happens(frame("4"));
    expect(appended(call.happens({ type: "model.ready" }))).toEqual(["1", "2", "3", "4"]);
    expect(appended(call.happens(frame("5")))).toEqual(["5"]);
  });

  test("the model greets first, once, when a greeting is set", () => {
    const call = talkingLine({ greeting: "Hello, this is Acme." });
    const [create, ...more] = only(call.orders, "model.create-response");
    expect(create?.instructions).toContain("Hello, this is Acme.");
    expect(more).toEqual([]);
    call.happens({ type: "model.ready" });
    expect(only(call.orders, "model.create-response")).toHaveLength(1);
  });

  test("without a greeting the model waits for the caller", () => {
    expect(kinds(talkingLine().orders)).not.toContain("model.create-response");
  });
});

describe("one response at a time", () => {
  test("a greeting refused because a response runs is sent again when that one has ended", () => {
    const call = talkingLine({ greeting: "Hi." });
    const commandId = only(call.orders, "model.create-response")[0]?.commandId ?? "";
    call.happens(responseStarted("theirs"));
    call.happens({ type: "model.command-refused", commandId, refusal: "response-active", message: "" });
    expect(only(call.orders, "model.create-response")).toHaveLength(1);
    expect(only(call.happens(responseEnded("theirs")), "model.create-response")).toHaveLength(1);
  });

  test("a refusal that overtakes the announcement of the running response waits for its end, too", () => {
    const call = talkingLine({ greeting: "Hi." });
    const commandId = only(call.orders, "model.create-response")[0]?.commandId ?? "";
    call.happens({ type: "model.command-refused", commandId, refusal: "response-active", message: "" });
    call.happens(responseStarted("theirs"));
    expect(only(call.orders, "model.create-response")).toHaveLength(1);
    expect(only(call.happens(responseEnded("theirs")), "model.create-response")).toHaveLength(1);
  });

  test("a response that failed is asked for once more, as it was; when that fails, too, another session is", () => {
    const call = talkingLine({ greeting: "Hi." });
    const failed = (responseId: string) =>
      call.happens({ type: "model.response-ended", responseId, outcome: "failed" as const });
    call.happens(responseStarted("r1"));
    const [again] = only(failed("r1"), "model.create-response");
    expect(again?.instructions).toContain("Hi.");
    call.happens(responseStarted("r2"));
    expect(only(failed("r2"), "model.create-response")).toEqual([]);
    const asked = only(reopened(call), "model.create-response");
    expect(asked.map(({ instructions }) => instructions)).toEqual([expect.stringContaining("Hi.")]);
  });

  test("a response that fails while the caller speaks is not asked for again: the model answers by itself", () => {
    const call = talkingLine();
    call.happens(responseStarted("r1"));
    call.happens(speechStarted);
    const orders = call.happens({ type: "model.response-ended", responseId: "r1", outcome: "failed" });
    expect(kinds(orders)).not.toContain("model.create-response");
  });
});

/** Another session is there, and ready. */
const reopened = (call: Line) => [...call.happens({ type: "model.opened" }), ...call.happens({ type: "model.ready" })];

const refuse = (call: Line, refusal: "response-active" | "other") => {
  const commandId = only(call.orders, "model.create-response").at(-1)?.commandId ?? "";
  return call.happens({ type: "model.command-refused", commandId, refusal, message: "" });
};

describe("nothing waits for ever", () => {
  test("a greeting refused for a response that nobody has heard of is sent again after a moment", () => {
    const call = talkingLine({ greeting: "Hi." });
    refuse(call, "response-active");
    expect(only(call.wait(500), "model.create-response")).toHaveLength(1);
  });

  test("a greeting refused for another reason is tried once more, and then with another session", () => {
    const call = talkingLine({ greeting: "Hi." });
    expect(only(refuse(call, "other"), "model.create-response")).toHaveLength(1);
    expect(kinds(refuse(call, "other"))).toEqual(expect.arrayContaining(["model.close", "model.open"]));
  });

  test("a session that does not answer our asking is of no use; after the fifth somebody else speaks", () => {
    const call = talkingLine({ greeting: "Hi." });
    for (let session = 1; session <= 10 && call.bridge.end === undefined; session += 1) {
      call.wait(5_000);
      // Told to wait by the phone company, the caller comes back.
      if (call.bridge.follow?.verdict === "resume") call.happens({ type: "stream.started" });
      reopened(call);
    }
    expect(only(call.orders, "model.open")).toHaveLength(5);
    expect(call.bridge.end?.verdict).toBe("fallback");
    expect(call.armedTimers).toEqual([]);
  });

  test("a session whose answer stops in the middle is given up, and the next goes on from there", () => {
    const call = talkingLine();
    call.happens(responseStarted("r1"));
    call.happens(audio("a", 400));
    call.wait(15_000);
    expect(only(call.orders, "model.open")).toHaveLength(1);
    call.wait(15_000);
    expect(only(call.orders, "model.open")).toHaveLength(2);
    expect(only(reopened(call), "model.add-text").map(({ text }) => text)).toEqual([
      expect.stringContaining("cut off"),
    ]);
  });

  test("a call that has run out of time ends, though the model also calls hang_up and the caller speaks", () => {
    const call = talkingLine({ maxDurationMs: 60_000 });
    call.wait(60_000);
    call.happens(responseStarted("r1"));
    call.happens(toolCalled("t", "hang_up"));
    call.happens(toolFinished({ do: "hang-up" }, "t", ""));
    call.happens(speechStarted);
    call.wait(30_000);
    expect(call.bridge.end?.reason).toBe("the call ran out of time");
  });
});

describe("the line goes quiet while the caller speaks", () => {
  test("missing frames are made up with silence, so that the turn can end", () => {
    const call = talkingLine();
    call.happens(speechStarted);
    call.happens(frame("1"));
    const silence = only(call.wait(2000), "model.append-silence");
    const totalMs = silence.reduce((sum, { durationMs }) => sum + durationMs, 0);
    expect(totalMs).toBeGreaterThan(1000);
    expect(totalMs).toBeLessThanOrEqual(2000);
  });

  test("nothing is made up while frames come, nor while the caller is silent", () => {
    const call = talkingLine();
    call.happens(speechStarted);
    for (let i = 0; i < 100; i += 1) {
      call.wait(20);
      call.happens(frame("x"));
    }
    call.happens({ type: "model.speech-stopped" });
    call.wait(5000);
    expect(kinds(call.orders)).not.toContain("model.append-silence");
  });
});

describe("a call ends", () => {
  test("the caller hangs up: both legs close, the verdict is to hang up, no timer stays", () => {
    const call = talkingLine();
    call.happens(speechStarted);
    const orders = call.happens({ type: "stream.stopped" });
    expect(kinds(orders)).toContain("model.close");
    expect(call.bridge.end?.verdict).toBe("hang-up");
    expect(call.armedTimers).toEqual([]);
  });

  test.each([
    ["the model cannot be had", line(), { type: "model.failed", reason: "401" }],
    ["the model's socket drops before it was ready", line(), { type: "model.closed", code: 1006, reason: "" }],
    ["our own code throws", talkingLine(), { type: "shell.failed" }],
  ] as const)("%s: both legs close, and somebody else speaks to the caller", (_, call, event) => {
    call.happens({ type: "stream.started" });
    const orders = call.happens(event);
    expect(kinds(orders)).toEqual(expect.arrayContaining(["stream.close", "model.close"]));
    expect(call.bridge.end?.verdict).toBe("fallback");
    expect(call.armedTimers).toEqual([]);
  });

  test("a model that does not get ready within four seconds is given up", () => {
    const call = line();
    call.happens({ type: "stream.started" });
    call.happens({ type: "model.opened" });
    expect(call.wait(3999)).toEqual([]);
    expect(kinds(call.wait(1))).toEqual(expect.arrayContaining(["stream.close", "model.close"]));
    expect(call.bridge.end?.verdict).toBe("fallback");
  });

  test("a model that refuses its configuration is given up at once", () => {
    const call = line();
    call.happens({ type: "stream.started" });
    const commandId = only(call.happens({ type: "model.opened" }), "model.configure")[0]?.commandId ?? "";
    call.happens({ type: "model.command-refused", commandId, refusal: "invalid", message: "no such voice" });
    expect(call.bridge.end?.reason).toContain("no such voice");
  });

  test("a model leg that comes up after the hang-up is closed again", () => {
    const call = line();
    call.happens({ type: "stream.started" });
    call.happens({ type: "stream.stopped" });
    expect(kinds(call.happens({ type: "model.opened" }))).toEqual(["model.close"]);
    expect(call.happens(audio("a", 400))).toEqual([]);
    expect(call.happens(frame("x"))).toEqual([]);
  });
});
