import { type Absence, arrival } from "./absence.ts";
import { AlreadySaid } from "./already-said.ts";
import { EarlyReply, isHeard } from "./early-reply.ts";
import type { Effect } from "./effects.ts";
import type { BridgeEvent, TurnPolicyName } from "./events.ts";
import type { StreamEnd } from "./end.ts";
import { journal } from "./journal.ts";
import type { Keys } from "./keys.ts";
import type { Machine } from "./machine.ts";
import type { CallMemory, CallState } from "./memory.ts";
import type { Minutes, Outlook } from "./minutes.ts";
import { type BridgeOptions, instructionsFor } from "./options.ts";
import { type Loss, lossNote, returnNote } from "./return-note.ts";
import { Standing } from "./standing.ts";
import { type Given, type TalkParts, changeTurns } from "./talk-parts.ts";
import type { CallerFrame, ResponseRequest } from "./turn-policy.ts";
import { Unanswered } from "./unanswered.ts";

const nothing: Effect[] = [];

type Talking = {
  parts: TalkParts;
  keys: Keys;
  machine: Machine;
  minutes: Minutes;
  /** Has an event taken as if it came now. */
  take: (event: BridgeEvent, nowMs: number) => Effect[];
  outlook: (nowMs: number) => Outlook;
};

/**
 * Who is there, the caller and the model, and what it takes when either comes late, is lost, or comes back: nothing that
 * was said is said twice, and nothing that was asked stays unanswered.
 */
export class Attendance {
  readonly #options: BridgeOptions;
  readonly #given: Omit<Given, "sessionCount">;
  readonly #talking: Talking;
  readonly #unanswered = new Unanswered();
  /** How the talk stands. */
  readonly standing: Standing;
  readonly #earlyReply = new EarlyReply();
  readonly #alreadySaid: AlreadySaid;
  #turns: TurnPolicyName;
  #sessionCount: number;
  #isModelReady = false;
  #isCallerThere = false;
  #hasBegun: boolean;
  #speakingId: string | undefined;
  #loss: Loss;
  /** What was wanted said of a session that is gone. */
  #wanted: ResponseRequest[] = [];

  constructor(given: Omit<Given, "sessionCount">, talking: Talking, memory: CallMemory | undefined) {
    this.#options = given.options;
    this.#given = given;
    this.#talking = talking;
    this.standing = new Standing(talking.parts, talking.minutes, this.#unanswered);
    this.#alreadySaid = new AlreadySaid(given.nextCommandId);
    this.#turns = given.options.turns ?? "server-vad";
    this.#sessionCount = memory?.sessionCount ?? 0;
    this.#hasBegun = memory?.hasBegun ?? false;
    this.#loss = memory?.loss ?? "nothing";
  }

  get isModelReady(): boolean {
    return this.#isModelReady;
  }

  get isCallerThere(): boolean {
    return this.#isCallerThere;
  }

  get isTalking(): boolean {
    return this.#isModelReady && this.#isCallerThere;
  }

  /** What another object is to know of it. */
  stateAt(nowMs: number): Pick<CallState, "loss" | "sessionCount" | "hasBegun"> {
    const isGreetingDue = !this.#hasBegun && this.#options.greeting !== undefined;
    const loss = this.#loss === "nothing" && !isGreetingDue ? this.standing.lossAt(nowMs) : this.#loss;
    return { loss, sessionCount: this.#sessionCount, hasBegun: this.#hasBegun };
  }

  /** A model is there: turns are taken its way. */
  modelOpened(turns: TurnPolicyName = this.#options.turns ?? "server-vad"): void {
    this.#turns = turns;
    this.#sessionCount += 1;
    const unsaid = this.#talking.parts.responses.unsaid(false);
    if (unsaid.some(isPlain)) this.#note("unsaid");
    this.#wanted.push(...unsaid.filter((request) => !isPlain(request)));
    this.#changeTurns();
    // What cannot be heard from its beginning is told in words.
    if (this.#unanswered.isWhole(this.#talking.parts.turns.replayMs)) return;
    this.#note(this.standing.turnLoss);
    this.#unanswered.answered();
  }

  /** The phone company speaks, or has spoken, these words in the agent's name. */
  alreadySaid(text: string | undefined): Effect[] {
    return this.#alreadySaid.said(text, this.#isModelReady);
  }

  /** A frame of the caller, for whoever answers it in the end. */
  keep(frame: CallerFrame): void {
    this.#unanswered.keep(frame);
  }

  /** Somebody seems to speak: from now on, and a little before, everything is kept. */
  keepAll(): void {
    this.#unanswered.keepAll();
  }

  /** The model hears the caller begin to speak. */
  turnBegan(itemId: string): void {
    for (const heardBefore of this.#unanswered.turnBegan(itemId)) this.#talking.minutes.forget(heardBefore);
  }

  /** Whoever was merely overheard has said nothing. */
  notice(effects: readonly Effect[]): void {
    if (effects.some(isOverheard)) this.#unanswered.passed();
  }

  /** The agent is heard in this response. */
  agentSpeaks(responseId: string): void {
    this.#speakingId = responseId;
    this.#unanswered.answered();
  }

  /** The model has something done about what the caller said: who comes after it is told of that, and need not hear it. */
  turnTaken(): void {
    this.#unanswered.answered();
  }

  /** Whether the event is to be heard, and has to wait for somebody who hears it. */
  keepsForCaller(event: BridgeEvent): boolean {
    if (this.#isCallerThere || !isHeard(event)) return false;
    this.#earlyReply.keep(event);
    return true;
  }

  /** The stream is there: how far away is the phone? What the model has said by now is heard at once. */
  streamStarted(nowMs: number): Effect[] {
    const { parts, take, machine } = this.#talking;
    this.#isCallerThere = true;
    parts.playback.begin(nowMs);
    return [
      { type: "caller.mark", name: parts.playback.probe(nowMs) },
      ...this.#earlyReply.take().flatMap((event) => take(event, nowMs)),
      ...(this.#isModelReady ? parts.leaving.begin(nowMs) : nothing),
      ...machine.meet(this.isTalking, nowMs),
    ];
  }

  /**
   * The stream is gone: what it had not played was not heard, and what is said from now on waits for the next one. So
   * does an answer that was about to be said to a caller who should be back at once.
   */
  streamLost(end: StreamEnd, nowMs: number): Effect[] {
    const { parts, keys } = this.#talking;
    const { turns, leaving } = parts;
    const goesOn = end.verdict === "resume" && this.#isAboutToSpeak(nowMs);
    const effects = [...(goesOn ? nothing : this.#cutOff(end, nowMs)), ...turns.settle(), ...keys.privateLost(nowMs)];
    this.#isCallerThere = false;
    leaving.callerIsAway();
    return this.#noted({ type: "stream.stopped" }, effects, nowMs);
  }

  /** Whether a response is under way of which nothing was heard, and nothing else is left to be heard. */
  #isAboutToSpeak(nowMs: number): boolean {
    const { activeId } = this.#talking.parts.responses;
    return activeId !== undefined && activeId !== this.#speakingId && this.#queuedMs(nowMs) === 0;
  }

  #cutOff(end: StreamEnd, nowMs: number): Effect[] {
    const { responses, callerTurn } = this.#talking.parts;
    if (this.#queuedMs(nowMs) > 0) this.#note("cut-off");
    else if (responses.activeId !== undefined) this.#note("unsaid");
    else if (end.verdict === "resume" && end.isUnlikely) this.#note("deaf");
    return [...callerTurn.interruptAgent(nowMs), ...responses.cancel()];
  }

  /** The next stream is there, after such an absence: the model is told what happened meanwhile. */
  streamReturned(absence: Absence, nowMs: number): Effect[] {
    const { parts } = this.#talking;
    const { end, outcome } = absence;
    // Whoever comes back from something else hears of that, and not of what was left for it.
    if (end.verdict !== "resume") this.#loss = "nothing";
    const { text, isAnswerDue } = returnNote(end, outcome);
    return [
      ...this.#noted({ type: "stream.started" }, arrival(absence, nowMs), nowMs),
      ...this.#tell({ text, isAnswerDue: false }),
      ...this.streamStarted(nowMs),
      ...this.#tell({ text: undefined, isAnswerDue }),
      ...this.#mend(),
      ...parts.leaving.leaveIfHeard(nowMs),
    ];
  }

  /** The model may hear the caller now: first what was said before, in order, then what we want said. */
  modelReady(nowMs: number): Effect[] {
    const { parts, keys, machine } = this.#talking;
    const { turns, responses, leaving } = parts;
    const { frames, leftOutMs } = this.#unanswered.replay(turns.replayMs);
    this.#isModelReady = true;
    const effects = [
      ...this.#alreadySaid.tell(),
      ...turns.begin(nowMs),
      ...(this.#hasBegun ? turns.replay(frames, nowMs) : frames.flatMap((frame) => turns.callerAudio(frame, nowMs))),
      ...(leftOutMs > 0 ? [journal({ kind: "caller.unheard", durationMs: leftOutMs })] : nothing),
      ...this.#wishes().flatMap((request) => responses.request(request)),
      ...responses.begin(),
      ...this.#mend(),
      ...keys.entered(),
      ...(this.#isCallerThere ? leaving.begin(nowMs) : nothing),
      ...machine.meet(this.isTalking, nowMs),
    ];
    return this.#noted({ type: "model.ready" }, effects, nowMs);
  }

  /** The model is gone: what it was saying is all that there will be of it, and what waits for an answer goes on waiting. */
  modelLost(nowMs: number): Effect[] {
    if (!this.#isModelReady) return nothing;
    const { parts, minutes } = this.#talking;
    const { turns, responses, tools } = parts;
    const { activeId } = responses;
    const isSpeaking = activeId !== undefined && activeId === this.#speakingId;
    const unsaid = responses.unsaid(isSpeaking);
    const isAnswerDue = this.#unanswered.itemIds.size > 0 || unsaid.some(isPlain);
    // What a tool comes to is answered when it is there.
    this.#note(isSpeaking ? "cut-off" : isAnswerDue && tools.runningCount === 0 ? "unsaid" : "nothing");
    this.#wanted = unsaid.filter((request) => !isPlain(request));
    // What was said to nobody yet is said again, and once.
    if (this.#unanswered.itemIds.size > 0) this.#earlyReply.take();
    else if (activeId !== undefined && !isSpeaking) this.#earlyReply.forget(activeId);
    const effects = [...turns.gone(), ...timersOfTurns.map((timer) => ({ type: "timer.clear", timer }) as const)];
    tools.modelLost();
    this.#unanswered.keepAll();
    this.#isModelReady = false;
    this.#changeTurns();
    const noted = this.#noted({ type: "model.closed", code: 1006, reason: "" }, effects, nowMs);
    minutes.modelChanged();
    return noted;
  }

  /** Who was greeted is not greeted again. */
  #wishes(): ResponseRequest[] {
    const { greeting } = this.#options;
    const wishes = this.#wanted;
    if (!this.#hasBegun && greeting !== undefined) wishes.push({ instructions: instructionsFor.greeting(greeting) });
    this.#hasBegun = true;
    this.#wanted = [];
    return wishes;
  }

  /** With both there, what was lost is made good, unless the caller's own words call for the answer. */
  #mend(): Effect[] {
    if (!this.isTalking) return nothing;
    const loss = this.#loss;
    this.#loss = "nothing";
    return loss === "unsaid" && this.#unanswered.itemIds.size > 0 ? nothing : this.#tell(lossNote(loss));
  }

  #tell({ text, isAnswerDue }: { text: string | undefined; isAnswerDue: boolean }): Effect[] {
    const commandId = this.#given.nextCommandId();
    return [
      ...(text === undefined ? nothing : [{ type: "model.add-text", commandId, by: "nobody", text } as const]),
      ...(isAnswerDue ? this.#talking.parts.responses.owe("return") : nothing),
    ];
  }

  /** What was lost before, and is not mended, stays lost. */
  #note(loss: Loss): void {
    if (loss !== "nothing" && this.#loss !== "cut-off") this.#loss = loss;
  }

  #changeTurns(): void {
    changeTurns(this.#talking.parts, this.#turns, { ...this.#given, sessionCount: this.#sessionCount });
  }

  #queuedMs(nowMs: number): number {
    return this.#talking.parts.playback.queuedMs(nowMs);
  }

  #noted(event: BridgeEvent, effects: Effect[], nowMs: number): Effect[] {
    return [...effects, ...this.#talking.minutes.take(event, effects, this.#talking.outlook(nowMs), nowMs)];
  }
}

/** They are about a session that is gone. */
const timersOfTurns = ["response-watch", "turn-unanswered", "caller-gap"] as const;

/** An answer, and no sentence of ours. */
const isPlain = ({ instructions }: ResponseRequest): boolean => instructions === undefined;

const isOverheard = (effect: Effect): boolean =>
  effect.type === "journal.append" && effect.entry.kind === "caller.overheard";
