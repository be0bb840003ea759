import { describe, expect, test } from "vitest";
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

const loudDb = -15;
/** What a speakerphone gives back of an agent at -20 dBFS. */
const echoDb = -32;

/** The agent speaks at -20 dBFS, a sentence of 8 s, and has been heard for one, on a handset or a speakerphone. */
function interrupted(roomDb = -70): Line {
  const call = talkingLine({ interruption: { minMs: 200 } });
  call.happens(responseStarted());
  call.happens(audio("a", 8_000));
  say(call, 1_000, roomDb);
  return call;
}

/** The caller's frames for so long, this loud. */
function say(call: Line, durationMs: number, levelDb: number): void {
  for (let ms = 0; ms < durationMs; ms += 20) {
    call.wait(20);
    call.happens(frame("f", levelDb));
  }
}

const isCut = (call: Line): boolean => kinds(call.orders).includes("caller.clear");

describe("speech over the agent is doubted at first", () => {
  test("a cough does not cost the agent its sentence, nor is it answered", () => {
    const call = interrupted();
    say(call, 100, loudDb);
    call.happens(speechStarted);
    say(call, 500, -70);
    call.happens(speechStopped);
    call.wait(2_000);
    expect(isCut(call)).toBe(false);
    expect(kinds(call.orders)).not.toContain("model.create-response");
    expect(kinds(call.orders)).not.toContain("model.cancel-response");
  });

  test("words interrupt it though the model hears them a second late: they are not taken for the phone's echo", () => {
    const call = interrupted();
    say(call, 1_000, loudDb);
    call.happens(speechStarted);
    say(call, 200, loudDb);
    expect(isCut(call)).toBe(true);
  });

  test("words interrupt it, as soon as they have lasted long enough", () => {
    const call = interrupted();
    say(call, 100, loudDb);
    call.happens(speechStarted);
    say(call, 80, loudDb);
    expect(isCut(call)).toBe(false);
    say(call, 20, loudDb);
    expect(isCut(call)).toBe(true);
    expect(kinds(call.orders)).toContain("model.truncate");
    expect(kinds(call.orders)).toContain("model.cancel-response");
  });

  test("the agent's own echo from a speakerphone is no caller, however long: it is forgotten", () => {
    const call = interrupted(echoDb);
    call.happens(speechStarted);
    say(call, 3_000, echoDb);
    call.happens(speechStopped);
    expect(isCut(call)).toBe(false);
    expect(only(call.orders, "model.delete-item")).toMatchObject([{ itemId: "c1" }]);
  });

  test("a caller who speaks over their speakerphone's echo is heard", () => {
    const call = interrupted(echoDb);
    call.happens(speechStarted);
    say(call, 220, loudDb);
    expect(isCut(call)).toBe(true);
  });

  test("on a handset, which gives nothing back, a quiet caller interrupts as quickly as a loud one", () => {
    const call = interrupted();
    say(call, 80, -38);
    call.happens(speechStarted);
    say(call, 120, -38);
    expect(isCut(call)).toBe(true);
  });

  test("speech into the agent's silence is taken at once, whatever its length", () => {
    const call = interrupted();
    call.happens(audioEnded("a"));
    call.happens(responseEnded());
    say(call, 8_000, -70);
    call.happens(speechStarted);
    call.happens(speechStopped);
    expect(only(call.orders, "model.create-response")).toHaveLength(1);
  });

  test("a short word into the agent's last words is an answer to them", () => {
    const call = talkingLine({ interruption: { minMs: 200 } });
    call.happens(responseStarted());
    call.happens(audio("a", 2_000));
    call.happens(audioEnded("a"));
    call.happens(responseEnded());
    say(call, 1_500, -70);
    say(call, 160, loudDb);
    call.happens(speechStarted);
    say(call, 300, -70);
    call.happens(speechStopped);
    expect(isCut(call)).toBe(false);
    expect(only(call.orders, "model.create-response")).toHaveLength(1);
  });

  test("after an interruption the caller is answered, by our word and not before the cut response has ended", () => {
    const call = interrupted();
    say(call, 220, loudDb);
    call.happens(speechStarted);
    say(call, 600, -70);
    call.happens(speechStopped);
    expect(kinds(call.orders)).not.toContain("model.create-response");
    call.happens({ type: "model.response-ended", responseId: "r1", outcome: "cancelled" });
    expect(only(call.orders, "model.create-response")).toHaveLength(1);
  });

  test("without a policy the model decides, at its first word", () => {
    const call = talkingLine();
    call.happens(responseStarted());
    call.happens(audio("a", 8_000));
    call.wait(1_000);
    expect(kinds(call.happens(speechStarted))).toContain("caller.clear");
  });

  test("levels are not computed as long as nothing of the agent can be heard", () => {
    const call = talkingLine({ interruption: { minMs: 200 } });
    const silentLine = frame("f");
    Object.defineProperty(silentLine, "levelDb", {
      get: () => {
        throw new Error("the level was asked for");
      },
    });
    expect(() => call.happens(silentLine)).not.toThrow();
  });
});

describe("speech that is doubted to the agent's end", () => {
  test("is a caller's, however quiet, when the model goes on hearing it alone", () => {
    const call = interrupted();
    call.happens(responseEnded());
    say(call, 6_800, -70);
    call.happens(speechStarted);
    say(call, 5_000, -46);
    call.happens(speechStopped);
    expect(only(call.orders, "model.delete-item")).toEqual([]);
    expect(only(call.orders, "model.create-response")).toHaveLength(1);
  });

  test("an echo that has just faded is not, though the model takes its time to hear silence", () => {
    const call = interrupted(echoDb);
    call.happens(speechStarted);
    say(call, 7_000, echoDb);
    say(call, 900, -70);
    call.happens(speechStopped);
    expect(only(call.orders, "model.delete-item")).toHaveLength(1);
    expect(kinds(call.orders)).not.toContain("model.create-response");
  });

  test("keeps us on the line until it is settled", () => {
    const call = talkingLine({ interruption: { minMs: 200 } });
    call.happens(responseStarted());
    call.happens(audio("a", 2_000));
    call.happens(toolCalled());
    call.happens(audioEnded("a"));
    call.happens(responseEnded());
    call.happens(toolFinished({ do: "hang-up" }));
    say(call, 1_900, -70);
    say(call, 100, loudDb);
    call.happens(speechStarted);
    echoMarks(call);
    expect(call.bridge.end).toBeUndefined();
    say(call, 200, loudDb);
    call.happens(speechStopped);
    call.wait(2_000);
    expect(call.bridge.end).toBeUndefined();
  });
});
