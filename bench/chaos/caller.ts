import { fromDbfs, rms } from "../../sim/audio/level.ts";
import { frameMs } from "../../sim/audio/mulaw.ts";
import { frameAt, silentFrame } from "../../sim/phone/frames.ts";
import type { Hearing, Holder, PhoneTurn } from "../../sim/phone/phone.ts";
import type { Random } from "../../test/bridge/random.ts";
import type { Answer, AnswerBook, AnswerFrame } from "./answer-book.ts";
import type { Wait } from "./gap.ts";
import { type Memory, memory } from "./said-twice.ts";

/** Somebody who talks all the time: asks, waits for the answer, interrupts now and then, and hangs up in the end. */
export type Caller = {
  holder: Holder;
  /** The present, in ms of the call. */
  nowMs(): number;
  /** How often the caller has begun to speak. */
  questionCount(): number;
  /** Every wait so far. */
  readonly waits: readonly Wait[];
  readonly heard: Memory;
  hasHungUp(): boolean;
};

export type CallerPlan = {
  dice: Random;
  /** When the caller has had enough, and hangs up at the next silence. */
  lifeMs: number;
  /** What every question sounds like. */
  question: Uint8Array;
  book: AnswerBook;
};

type Mode =
  | { name: "waiting"; wait: Wait; sinceMs: number }
  | { name: "hearing"; sinceMs: number; interruptsAfterMs: number }
  | { name: "speaking"; sinceMs: number; wait: Wait | undefined };

const audible = fromDbfs(-45);
/** An agent that is quiet for so long has said what there was to say. */
const quietMs = 700;
/** There is no such silence within an answer: it was cut off. */
const cutMs = 100;
/** Who was cut off is given so long to go on; who does not answer at all, longer. Then the caller speaks again. */
const patienceMs = { greeting: 12_000, answer: 12_000, cut: 8_000 };
/** Who still waits so long after the end of a call as it was planned gives up. */
const graceMs = 30_000;
const interruptionChance = 0.15;

const silent: PhoneTurn = { speech: silentFrame, digits: "", hungUp: false };

export function caller({ dice, lifeMs, question, book }: CallerPlan): Caller {
  const waits: Wait[] = [];
  const heard = memory();
  let nowMs = 0;
  let lastSoundMs = 0;
  let lastFrame: AnswerFrame | undefined;
  let interrupted: Answer | undefined;
  let questionCount = 0;
  let hasHungUp = false;
  let mode: Mode = waitFor("greeting", 0);

  function waitFor(cause: Wait["cause"], fromMs: number): Mode {
    const wait: Wait = { cause, fromMs, toMs: undefined };
    waits.push(wait);
    return { name: "waiting", wait, sinceMs: nowMs };
  }

  /**
   * Whether the model is heard in these 20 ms, and not with the rest of what was interrupted. What Twilio says in its
   * place is a sound, and no answer.
   */
  function listen(frame: Uint8Array): boolean {
    const known = book.read(frame);
    if (known !== undefined) heard.hear(known);
    if (known === undefined && rms(frame) <= audible) return false;
    lastSoundMs = nowMs;
    lastFrame = known;
    return known !== undefined && known.answer !== interrupted;
  }

  function speak(wait: Wait | undefined): Mode {
    questionCount += 1;
    interrupted = wait === undefined ? lastFrame?.answer : interrupted;
    return { name: "speaking", sinceMs: nowMs, wait };
  }

  function next(hearsAgent: boolean): Mode {
    switch (mode.name) {
      case "waiting":
        if (hearsAgent) {
          mode.wait.toMs = nowMs;
          const interruptsAfterMs = dice.chance(interruptionChance) ? dice.between(300, 2_500) : Infinity;
          return { name: "hearing", sinceMs: nowMs, interruptsAfterMs };
        }
        return nowMs - mode.sinceMs >= patienceMs[mode.wait.cause] ? speak(mode.wait) : mode;
      case "hearing":
        if (nowMs - mode.sinceMs >= mode.interruptsAfterMs) return speak(undefined);
        if (nowMs - lastSoundMs >= cutMs && wasCutOff()) return waitFor("cut", lastSoundMs + frameMs);
        return nowMs - lastSoundMs >= quietMs ? speak(undefined) : mode;
      case "speaking":
        if (frameAt(question, (nowMs - mode.sinceMs) / frameMs) !== undefined) return mode;
        return mode.wait === undefined
          ? waitFor("answer", nowMs)
          : { name: "waiting", wait: mode.wait, sinceMs: nowMs };
    }
  }

  /** Whether what was heard last should have gone on. */
  const wasCutOff = (): boolean =>
    lastFrame !== undefined && lastFrame.answer !== interrupted && lastFrame.index < lastFrame.answer.frameCount - 2;

  const isEnough = (): boolean =>
    nowMs >= lifeMs + graceMs || (nowMs >= lifeMs && mode.name === "hearing" && nowMs - lastSoundMs >= quietMs);

  function turn(hearing: Hearing): PhoneTurn {
    nowMs = hearing.nowMs;
    const hearsAgent = listen(hearing.heard);
    if (isEnough()) {
      hasHungUp = true;
      return { ...silent, hungUp: true };
    }
    mode = next(hearsAgent);
    if (mode.name !== "speaking") return silent;
    return { ...silent, speech: frameAt(question, (nowMs - mode.sinceMs) / frameMs) ?? silentFrame };
  }

  return {
    holder: turn,
    nowMs: () => nowMs,
    questionCount: () => questionCount,
    waits,
    heard,
    hasHungUp: () => hasHungUp,
  };
}
