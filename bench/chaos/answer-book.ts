import { randomBytes } from "node:crypto";
import { frameBytes, frameMs } from "../../sim/audio/mulaw.ts";
import type { ReplyItem } from "../../sim/openai/scenario.ts";

/** Something that the model says: in whose call, why, and after how many questions of the caller's. */
export type Answer = {
  callSid: string;
  why: "greeting" | "question" | "text" | "otherwise";
  questionCount: number;
  frameCount: number;
};

/** 20 ms of an answer, wherever they turn up. */
export type AnswerFrame = { answer: Answer; index: number };

/** Every answer is noise that is like no other: of each 20 ms that a phone hears it is known where they come from. */
export type AnswerBook = {
  /** Makes up an answer of about this length. */
  write(answer: Omit<Answer, "frameCount">, durationMs: number): ReplyItem;
  /** Where 20 ms come from; undefined when they are no answer's. */
  read(frame: Uint8Array): AnswerFrame | undefined;
  /** Forgets a call that is over. */
  forget(callSid: string): void;
};

/** So few bytes of noise are already like no others: 72 bits. */
const keyBytes = 12;
const keyOf = (frame: Uint8Array): string => Buffer.from(frame.subarray(0, keyBytes)).toString("latin1");

export function answerBook(): AnswerBook {
  const frames = new Map<string, AnswerFrame>();
  const keysOf = new Map<string, string[]>();
  return {
    write(given, durationMs) {
      const answer = { ...given, frameCount: Math.ceil(durationMs / frameMs) };
      const audio = noise(answer.frameCount * frameBytes);
      const keys = keysOf.get(answer.callSid) ?? [];
      keysOf.set(answer.callSid, keys);
      for (let index = 0; index < answer.frameCount; index++) {
        const key = keyOf(audio.subarray(index * frameBytes));
        frames.set(key, { answer, index });
        keys.push(key);
      }
      return { type: "sound", audio, transcript: `That is what I can say to question ${answer.questionCount}.` };
    },
    read: (frame) => frames.get(keyOf(frame)),
    forget(callSid) {
      for (const key of keysOf.get(callSid) ?? []) frames.delete(key);
      keysOf.delete(callSid);
    },
  };
}

/** As loud as speech, positive or negative by chance. */
const noise = (byteCount: number): Uint8Array =>
  Uint8Array.from(randomBytes(byteCount), (byte) => (byte < 0x80 ? 0x30 : 0xb0) + (byte & 0x1f));
