import type { Effect } from "./effects.ts";
import type { StreamEnd } from "./end.ts";
import { Farewell } from "./farewell.ts";
import { journal } from "./journal.ts";
import { instructionsFor } from "./options.ts";
import type { Playback } from "./playback.ts";
import { Silence, type SilencePolicy } from "./silence.ts";
import type { ToolCalls } from "./tool-calls.ts";
import type { Responses } from "./turn-policy.ts";
import { type WrapUp, wrapUps } from "./wrap-up.ts";

/** What the end of a conversation depends on; a caller who may mean to speak is not left. */
type Conversation = {
  playback: Playback;
  responses: Responses;
  tools: ToolCalls;
  callerTurn?: { readonly isInDoubt: boolean };
};

/** Ends the stream, for what is to follow it. */
type Leave = (end: StreamEnd, nowMs: number) => Effect[];

/**
 * How a conversation comes to its end by our doing: after silence, when its time or its money is spent, or when the
 * assistant says so.
 */
export class LeaveTaking {
  readonly #conversation: Conversation;
  readonly #leaveLine: Leave;
  readonly #nextCommandId: () => string;
  readonly #policy: SilencePolicy | undefined;
  readonly #silence: Silence | undefined;
  readonly #farewell = new Farewell();
  /** While nobody is on the line, nobody is left: what should be done is done when they are back. */
  #isCallerThere = false;
  #hasLeft = false;
  /** What ends the call; it does so anew when the caller was away meanwhile, and nobody had said so. */
  #due: WrapUp | undefined;

  constructor(
    policy: SilencePolicy | undefined,
    conversation: Conversation,
    { leave, nextCommandId }: { leave: Leave; nextCommandId: () => string },
  ) {
    this.#policy = policy;
    this.#conversation = conversation;
    this.#leaveLine = leave;
    this.#nextCommandId = nextCommandId;
    this.#silence = policy && new Silence(policy);
  }

  /** Whether we are about to hang up. */
  get isUnderWay(): boolean {
    return this.#farewell.end !== undefined;
  }

  /** Whether we have left the line, and are not back. */
  get hasLeft(): boolean {
    return this.#hasLeft;
  }

  /** The conversation begins, or goes on: from now on silence counts. */
  begin(nowMs: number): Effect[] {
    this.#isCallerThere = true;
    this.#hasLeft = false;
    this.#silence?.begin(nowMs);
    const farewell =
      this.#due === undefined || this.#farewell.isFinal ? this.#farewell.resume(nowMs) : this.wrapUp(this.#due, nowMs);
    return [...this.#watchSilence(), ...farewell];
  }

  /** The stream is lost, or left. */
  callerIsAway(): void {
    this.#isCallerThere = false;
  }

  /** Something is, or will be, heard until `untilMs`. */
  heard(untilMs: number): void {
    this.#silence?.heard(untilMs);
  }

  /**
   * The caller speaks, or presses a key: no silence, and no goodbye. Whoever speaks up is answered, be it but a cough
   * that the model does not answer by itself.
   */
  callerIsThere(nowMs: number): Effect[] {
    this.#silence?.callerSpoke(nowMs);
    const takenBack = this.#farewell.takeBack();
    if (takenBack.length === 0) return [];
    return [...takenBack, ...this.calledOff(), ...this.#watchSilence(), ...this.#conversation.responses.owe("caller")];
  }

  /** The model believes that the line is about to be left: it is not. */
  calledOff(): Effect[] {
    return [
      { type: "model.add-text", commandId: this.#nextCommandId(), by: "nobody", text: instructionsFor.calledOff },
    ];
  }

  /** The assistant wants to leave the line, to whatever follows. */
  assistantLeaves(end: StreamEnd, nowMs: number): Effect[] {
    return this.#bid(end, true, nowMs);
  }

  /** The line is left this very moment, whatever is being said. */
  leaveNow(end: StreamEnd, nowMs: number): Effect[] {
    if (!this.#isCallerThere) return this.#bid(end, true, nowMs);
    this.#farewell.done();
    this.#hasLeft = true;
    return [{ type: "timer.clear", timer: "goodbye" }, ...this.#leaveLine(end, nowMs)];
  }

  /** Something is said to nobody who could answer, and then the call is over, without another word. */
  messageLeft(nowMs: number): Effect[] {
    return this.#bid({ verdict: "hang-up", say: "", reason: "a message was left" }, false, nowMs);
  }

  /** The call cannot go on: that is said, whoever speaks, and once. Who talks with somebody else by now is left to it. */
  wrapUp(why: WrapUp, nowMs: number): Effect[] {
    if (this.#farewell.isFinal) return [];
    this.#due = why;
    if (!this.#isCallerThere) return [];
    const { instructions, reason } = wrapUps[why];
    return [
      ...this.#conversation.responses.request({ instructions, insists: true }),
      ...this.#bid({ verdict: "hang-up", reason }, false, nowMs),
    ];
  }

  /** It is time to look whether anybody has been heard lately. */
  judgeSilence(nowMs: number): Effect[] {
    const { responses, tools } = this.#conversation;
    if (this.#silence === undefined || this.isUnderWay) return [];
    const { did, lookAgainMs } = this.#silence.judge(responses.isBusy || tools.runningCount > 0, nowMs);
    const again: Effect = { type: "timer.set", timer: "silence", afterMs: lookAgainMs };
    if (did === undefined) return [again];
    const entry = journal({ kind: "silence", did });
    if (did === "prompted") return [entry, ...responses.request({ instructions: instructionsFor.silence }), again];
    return [
      entry,
      ...responses.request({ instructions: instructionsFor.silenceGoodbye }),
      ...this.#bid({ verdict: "hang-up", reason: "the caller was silent" }, true, nowMs),
    ];
  }

  /** The last word should have been heard by now: it gets its time if it was not, but not for ever. */
  goodbyeDue(nowMs: number): Effect[] {
    const more = this.#farewell.extend(this.#conversation.playback.queuedMs(nowMs), nowMs);
    return more.length > 0 ? more : this.#leave(nowMs);
  }

  /** Hangs up when goodbye was said and all of it was heard. */
  leaveIfHeard(nowMs: number): Effect[] {
    const { playback, responses, tools } = this.#conversation;
    const isHeard = playback.queuedMs(nowMs) === 0 && !this.#conversation.callerTurn?.isInDoubt;
    return isHeard && !responses.isBusy && tools.runningCount === 0 ? this.#leave(nowMs) : [];
  }

  #bid(end: StreamEnd, yields: boolean, nowMs: number): Effect[] {
    return this.#farewell.bid(end, yields, this.#conversation.playback.queuedMs(nowMs), nowMs);
  }

  #leave(nowMs: number): Effect[] {
    const { end } = this.#farewell;
    return end === undefined || !this.#isCallerThere ? [] : this.leaveNow(end, nowMs);
  }

  #watchSilence(): Effect[] {
    if (this.#policy === undefined) return [];
    return [{ type: "timer.set", timer: "silence", afterMs: this.#policy.promptAfterMs }];
  }
}
