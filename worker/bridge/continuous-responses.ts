import type { Effect } from "./effects.ts";
import type { Refusal, ResponseOutcome } from "./events.ts";
import { instructionsFor } from "./options.ts";
import type { Debt, ResponseRequest, Responses } from "./turn-policy.ts";

/** A model that has something to say begins within this time. */
const speechDueMs = 5_000;
/** Whoever thinks for the model begins within this time, or has not been asked. */
const workDueMs = 15_000;
/** A model that answers the caller does so by then; after that it will not. */
const turnAnswerMs = 2_000;

/** Speech that should begin soon: what we asked for, or what the model has thought of. */
type Expected = { request: ResponseRequest | undefined; commandId: string | undefined };

/**
 * What we want said by a model that listens while it speaks: it may be asked at any time but while the caller speaks,
 * and it decides when. Its *responses* are work behind the voice, which calls tools; what comes of that is spoken later,
 * by itself (openai.md B5). So there is something to wait for from the asking until the voice has fallen silent.
 */
export class ContinuousResponses implements Responses {
  readonly #nextCommandId: () => string;
  #turn: "ours" | "speaking" | "answer-due" = "ours";
  #waiting: ResponseRequest[] = [];
  #expected: Expected | undefined;
  #spokenId: string | undefined;
  /** Work that goes on, and work that waits for the outputs of its tools. */
  readonly #working = new Set<string>();
  /** The command that should begin some. */
  #workDue: string | undefined;
  #batchesOpen = 0;
  /** Nobody is there yet who could be asked. */
  #hasBegun = false;
  /** A request that leads to nothing is made once more; a second such in a row is the end. */
  #failuresInARow = 0;

  constructor(nextCommandId: () => string) {
    this.#nextCommandId = nextCommandId;
  }

  get activeId(): string | undefined {
    return this.#spokenId;
  }

  get isBusy(): boolean {
    const isSpeechDue = this.#expected !== undefined || this.#waiting.length > 0 || this.#turn !== "ours";
    return isSpeechDue || this.#spokenId !== undefined || this.#workDue !== undefined || this.#working.size > 0;
  }

  get doesCallerSpeak(): boolean {
    return this.#turn === "speaking";
  }

  /** It stops for a caller by itself, whatever we want. */
  get isInsisting(): boolean {
    return false;
  }

  get hasGivenUp(): boolean {
    return this.#failuresInARow > 1;
  }

  begin(): Effect[] {
    this.#hasBegun = true;
    return this.#flush();
  }

  unsaid(): ResponseRequest[] {
    const isWorking = this.#workDue !== undefined || this.#working.size > 0;
    const isAnswerDue = isWorking || this.#turn === "answer-due";
    return [...(this.#expected ? [this.#expected.request ?? {}] : []), ...this.#waiting, ...(isAnswerDue ? [{}] : [])];
  }

  request(request: ResponseRequest): Effect[] {
    this.#waiting.push(request);
    return this.#flush();
  }

  /** A caller is answered without our asking; work that waits for tools is asked to go on once, for keys, too. */
  owe(debt: Debt): Effect[] {
    if (debt === "caller") return [];
    if (debt === "return") return this.#goOn();
    if (debt === "tools") this.#batchesOpen = Math.max(0, this.#batchesOpen - 1);
    if (this.#batchesOpen > 0) return [];
    this.#workDue = this.#nextCommandId();
    return [watch(workDueMs), { type: "model.create-response", commandId: this.#workDue }];
  }

  /** The voice begins to speak, be there anybody to hear it yet: nothing is waited for any more. */
  agentSpeaks(itemId: string): void {
    this.#spokenId = itemId;
    this.#failuresInARow = 0;
    if (this.#turn === "answer-due") this.#turn = "ours";
    this.#expected = undefined;
  }

  agentFellSilent(): Effect[] {
    this.#spokenId = undefined;
    return this.#flush();
  }

  callerSpeaks(): Effect[] {
    this.#turn = "speaking";
    this.#waiting = this.#waiting.filter(({ insists }) => insists);
    return [{ type: "timer.clear", timer: "turn-unanswered" }];
  }

  callerStopped(): Effect[] {
    // Spoken into what the agent says, and talked over: no answer is due.
    this.#turn = this.#spokenId === undefined ? "answer-due" : "ours";
    if (this.#turn === "ours") return this.#flush();
    return [{ type: "timer.set", timer: "turn-unanswered", afterMs: turnAnswerMs }];
  }

  answerNobody(): Effect[] {
    this.#waiting = this.#waiting.filter(({ insists }) => insists);
    if (this.#turn === "answer-due") this.#turn = "ours";
    return this.cancel();
  }

  cancel(): Effect[] {
    if (this.#spokenId === undefined) return [];
    return [{ type: "model.cancel-response", commandId: this.#nextCommandId(), responseId: this.#spokenId }];
  }

  turnUnanswered(): Effect[] {
    if (this.#turn === "answer-due") this.#turn = "ours";
    return this.#flush();
  }

  started(responseId: string): Effect[] {
    this.#working.add(responseId);
    this.#workDue = undefined;
    return this.#expected === undefined ? [{ type: "timer.clear", timer: "response-watch" }] : [];
  }

  /** A voice that stops has nothing more to say. */
  progressed(): Effect[] {
    return [];
  }

  fellSilent(): Effect[] {
    return [];
  }

  /** Work that has called tools waits for them; any other is done, and soon spoken of. */
  ended(responseId: string, outcome: ResponseOutcome, mayRetry: boolean): Effect[] {
    if (!this.#working.delete(responseId)) return [];
    if (!mayRetry) this.#batchesOpen += 1;
    else if (outcome === "completed" && this.#spokenId === undefined) return this.#expect(undefined, undefined);
    return [];
  }

  refused(commandId: string, refusal: Refusal): Effect[] {
    if (this.#workDue === commandId) this.#workDue = undefined;
    if (this.#expected?.commandId !== commandId) return [];
    return this.#failed(refusal !== "invalid");
  }

  watched(): Effect[] {
    this.#workDue = undefined;
    return this.#failed(true);
  }

  /** The voice is told to; work that was left when the line was, too, or it would hold up all that follows. */
  #goOn(): Effect[] {
    const isLeft = this.#batchesOpen > 0;
    this.#batchesOpen = 0;
    const work: Effect[] = isLeft ? [{ type: "model.create-response", commandId: this.#nextCommandId() }] : [];
    return [...work, ...this.request({ instructions: instructionsFor.goOn })];
  }

  /** What was asked for in vain is asked for once more, unless the caller has the word. */
  #failed(mayRetry: boolean): Effect[] {
    const request = this.#expected?.request;
    this.#expected = undefined;
    if (request === undefined || this.#turn !== "ours") return this.#flush();
    this.#failuresInARow += 1;
    if (mayRetry && !this.hasGivenUp) this.#waiting.unshift(request);
    return this.#flush();
  }

  #expect(request: ResponseRequest | undefined, commandId: string | undefined): Effect[] {
    this.#expected = { request, commandId };
    return [watch(speechDueMs)];
  }

  #flush(): Effect[] {
    const [next] = this.#waiting;
    if (!this.#hasBegun || next === undefined || this.hasGivenUp) return [];
    if (!next.insists && (this.#turn !== "ours" || this.#expected !== undefined || this.#spokenId !== undefined))
      return [];
    this.#waiting.shift();
    const commandId = this.#nextCommandId();
    return [
      { type: "model.create-response", commandId, instructions: next.instructions },
      ...this.#expect(next, commandId),
    ];
  }
}

const watch = (afterMs: number): Effect => ({ type: "timer.set", timer: "response-watch", afterMs });
