import { describe, expect, test } from "vitest";
import { type AnswerBook, answerBook } from "../../bench/chaos/answer-book.ts";
import { type Caller, caller } from "../../bench/chaos/caller.ts";
import { frameMs } from "../../sim/audio/mulaw.ts";
import { frameAt, silentFrame } from "../../sim/phone/frames.ts";
import { hum } from "../../sim/voice/hum.ts";
import { random } from "../../test/bridge/random.ts";

const question = hum("Can you tell me more of it?", "caller");
const questionMs = question.length / 8;

/** An answer of this length, to be heard from `atMs` on. */
type Sounding = { atMs: number; audio: Uint8Array };

function answer(book: AnswerBook, atMs: number, durationMs: number): Sounding {
  const item = book.write({ callSid: "CA1", why: "question", questionCount: 1 }, durationMs);
  return item.type === "sound" ? { atMs, audio: item.audio } : expect.fail("no sound");
}

/** A caller hears this, and says what he says; nothing is heard but the newest sound that has begun. */
function listen(who: Caller, sounds: readonly Sounding[], durationMs: number): { spokeAtMs: number[] } {
  const spokeAtMs: number[] = [];
  let wasSpeaking = false;
  for (let nowMs = 0; nowMs < durationMs && !who.hasHungUp(); nowMs += frameMs) {
    const sound = sounds.findLast(({ atMs }) => atMs <= nowMs);
    const heard = (sound && frameAt(sound.audio, (nowMs - sound.atMs) / frameMs)) ?? silentFrame;
    const hearing = { nowMs, agentSpeakingSinceMs: undefined, agentLastHeardMs: undefined, keysHeard: "", heard };
    const { speech } = who.holder(hearing, () => undefined);
    if (speech !== silentFrame && !wasSpeaking) spokeAtMs.push(nowMs);
    wasSpeaking = speech !== silentFrame;
  }
  return { spokeAtMs };
}

/** One who never interrupts: what is drawn is always too much. */
const polite = { ...random(1), chance: () => false };

describe("a caller who talks all the time", () => {
  test("waits for the greeting, asks when it is over, and waits for the answer", () => {
    const book = answerBook();
    const who = caller({ dice: polite, lifeMs: 60_000, question, book });
    const answersAtMs = 1_000 + 2_000 + 700 + questionMs + 720;
    const { spokeAtMs } = listen(who, [answer(book, 1_000, 2_000), answer(book, answersAtMs, 2_000)], 8_000);
    expect(spokeAtMs[0]).toBe(3_680);
    expect(who.waits.slice(0, 2)).toEqual([
      { cause: "greeting", fromMs: 0, toMs: 1_000 },
      { cause: "answer", fromMs: 3_680 + questionMs, toMs: answersAtMs },
    ]);
  });

  test("who is cut off hears it within a tenth of a second, and waits from the last sound on", () => {
    const book = answerBook();
    const who = caller({ dice: polite, lifeMs: 60_000, question, book });
    const whole = answer(book, 1_000, 4_000);
    const cutShort = { atMs: 1_000, audio: whole.audio.subarray(0, 1_000 * 8) };
    listen(who, [cutShort, answer(book, 3_500, 1_000)], 4_000);
    expect(who.waits[1]).toEqual({ cause: "cut", fromMs: 2_000, toMs: 3_500 });
  });

  test("who is told something by Twilio meanwhile still waits for the answer", () => {
    const book = answerBook();
    const who = caller({ dice: polite, lifeMs: 60_000, question, book });
    listen(who, [{ atMs: 1_000, audio: hum("One moment.", "twilio") }, answer(book, 5_000, 1_000)], 6_000);
    expect(who.waits).toEqual([{ cause: "greeting", fromMs: 0, toMs: 5_000 }]);
  });

  test("who gets no answer asks again, still waits since the first time, and in the end hangs up", () => {
    const book = answerBook();
    const who = caller({ dice: polite, lifeMs: 20_000, question, book });
    const { spokeAtMs } = listen(who, [answer(book, 1_000, 1_000)], 100_000);
    expect(spokeAtMs.length).toBeGreaterThan(2);
    expect(who.waits).toHaveLength(2);
    expect(who.waits[1]?.toMs).toBeUndefined();
    expect(who.hasHungUp()).toBe(true);
    expect(who.nowMs()).toBe(50_000);
  });

  test("who has had enough hangs up at the next silence", () => {
    const book = answerBook();
    const who = caller({ dice: polite, lifeMs: 1_500, question, book });
    listen(who, [answer(book, 1_000, 2_000)], 100_000);
    expect(who.hasHungUp()).toBe(true);
    expect(who.nowMs()).toBe(3_680);
  });

  test("who interrupts does not take the rest of what was interrupted for the answer", () => {
    const book = answerBook();
    const who = caller({ dice: { ...polite, chance: () => true, between: () => 500 }, lifeMs: 60_000, question, book });
    const { spokeAtMs } = listen(who, [answer(book, 1_000, 4_000), answer(book, 5_500, 1_000)], 6_000);
    expect(spokeAtMs[0]).toBe(1_500);
    expect(who.waits[1]).toEqual({ cause: "answer", fromMs: 1_500 + questionMs, toMs: 5_500 });
  });
});

function heardBy(write: (book: AnswerBook) => Uint8Array[]): Caller {
  const book = answerBook();
  const who = caller({ dice: polite, lifeMs: 60_000, question, book });
  const sounds = write(book).map((audio, index) => ({ atMs: index * 2_000, audio }));
  listen(who, sounds, sounds.length * 2_000);
  return who;
}
const soundOf = (book: AnswerBook, why: "greeting" | "question", questionCount: number): Uint8Array => {
  const item = book.write({ callSid: "CA1", why, questionCount }, 1_000);
  return item.type === "sound" ? item.audio : expect.fail("no sound");
};

describe("what a caller was told twice", () => {
  test("is nothing when each answer is heard once", () => {
    const { heard } = heardBy((book) => [soundOf(book, "greeting", 0), soundOf(book, "question", 1)]);
    expect([heard.repeatedMs(), heard.repeatedCount()]).toEqual([0, 0]);
  });

  test("is the very same sound", () => {
    const { heard } = heardBy((book) => {
      const sound = soundOf(book, "question", 1);
      return [sound, sound.subarray(0, 400 * 8)];
    });
    expect(heard.repeatedMs()).toBe(400);
  });

  test("is a second greeting, and a second full answer to one question", () => {
    const { heard } = heardBy((book) => [
      soundOf(book, "greeting", 0),
      soundOf(book, "greeting", 0),
      soundOf(book, "question", 1),
      soundOf(book, "question", 1),
      soundOf(book, "question", 2).subarray(0, 400 * 8),
      soundOf(book, "question", 2),
    ]);
    expect([heard.repeatedMs(), heard.repeatedCount()]).toEqual([0, 2]);
  });

  test("a call that is over is forgotten", () => {
    const book = answerBook();
    const sound = soundOf(book, "question", 1);
    expect(book.read(sound.subarray(0, 160))?.index).toBe(0);
    book.forget("CA1");
    expect(book.read(sound.subarray(0, 160))).toBeUndefined();
  });
});
