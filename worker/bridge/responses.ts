import type { Effect } from "./effects.ts";
import type { Refusal, ResponseOutcome } from "./events.ts";
import type { ResponseRequest, Responses } from "./turn-policy.ts";

/**
 * `requested`: our command is on its way; until the model's own word nobody knows whether it or a response of the
 * model's own came first. `active`: a response runs; `answering` is our command that it may be the answer to.
 * `blocked`: our command was refused because a response runs, and none is known to us.
 */
type State =
  | { name: "idle" }
  | { name: "requested"; request: ResponseRequest; commandId: string }
  | { name: "active"; responseId: string; answering?: { request: ResponseRequest; commandId: string } }
  | { name: "blocked" };

/** A model that answers by itself does so at once; after this long it will not. */
const turnAnswerMs = 2_000;
/** A model that is asked begins within this time, or has not heard. */
const requestDeadlineMs = 5_000;
/** One that has begun says, or does, something within this time: thinking takes long, and so does a service it asks. */
const progressDueMs = 15_000;
/** After its last sound a response ends at once, or goes on soon. */
const endDueMs = 3_000;
/** One failure may be chance. */
const hopeless = 2;
/** The running response that we know nothing of may have ended while our command was on its way. */
const blockedMs = 500;

/**
 * One response at a time. The model may hold only one active response, starts its own when the caller has spoken, and
 * refuses a second (openai.md A9): so what we want waits here until the running one has ended and the caller has had
 * an answer. A continuation that is *owed* (tools were answered, keys were pressed) is given by any plain response
 * that starts later: a caller who speaks meanwhile is answered once.
 */
export class OneAtATime implements Responses {
  readonly #nextCommandId: () => string;
  readonly #answersByItself: boolean;
  #state: State = { name: "idle" };
  #waiting: ResponseRequest[] = [];
  #isOwed = false;
  #isInsisting = false;
  /** Nobody is there yet who could be asked. */
  #hasBegun = false;
  /**
   * `speaking`: the caller speaks. `answer-due`: the caller has spoken, and the model will answer by itself. `nobodys`:
   * nobody listens who could be answered, and only what insists is said.
   */
  #turn: "ours" | "speaking" | "answer-due" | "nobodys" = "ours";
  #hasProgressed = false;
  #isSilent = false;
  /** One failure is asked for once more; a second in a row is the end (openai.md A9, `server_error`). */
  #failuresInARow = 0;

  /** `answersByItself`: the model answers the caller, and stops for them, without being told. */
  constructor(nextCommandId: () => string, answersByItself: boolean) {
    this.#nextCommandId = nextCommandId;
    this.#answersByItself = answersByItself;
  }

  /** The response that the model is generating, if it has announced one. */
  get activeId(): string | undefined {
    return this.#state.name === "active" ? this.#state.responseId : undefined;
  }

  /** Whether a response runs or is about to, or the caller is to be heard first. */
  get isBusy(): boolean {
    return this.#state.name !== "idle" || this.#waiting.length > 0 || this.#isOwed || this.#isCallersTurn;
  }

  get #isCallersTurn(): boolean {
    return this.#turn === "speaking" || this.#turn === "answer-due";
  }

  get doesCallerSpeak(): boolean {
    return this.#turn === "speaking";
  }

  get isInsisting(): boolean {
    return this.#isInsisting;
  }

  /** Whether the model fails at every try: nobody will be heard any more. */
  get hasGivenUp(): boolean {
    return this.#failuresInARow >= hopeless;
  }

  begin(): Effect[] {
    this.#hasBegun = true;
    return this.#flush();
  }

  unsaid(hasSpoken: boolean): ResponseRequest[] {
    const isRunning = this.#state.name === "requested" || this.#state.name === "active";
    const running = isRunning && !hasSpoken ? [this.#ours()?.request ?? {}] : [];
    return [...running, ...this.#waiting, ...(this.#isOwed ? [{}] : [])];
  }

  /** Asks for a response: at once, or when the running one has ended. */
  request(request: ResponseRequest): Effect[] {
    this.#waiting.push(request);
    return this.#flush();
  }

  /** The model has got what it waited for: it must go on, unless it does so by itself. */
  owe(): Effect[] {
    this.#isOwed = this.#turn !== "nobodys";
    return this.#flush();
  }

  /** The caller speaks: what we wanted said is out of date, unless it insists. */
  callerSpeaks(): Effect[] {
    this.#turn = "speaking";
    this.#waiting = this.#waiting.filter(({ insists }) => insists);
    const cancelled = this.#answersByItself ? [] : this.cancel();
    return [...cancelled, { type: "timer.clear", timer: "turn-unanswered" }];
  }

  /** The caller has spoken, and is to be answered. */
  callerStopped(): Effect[] {
    this.#turn = this.#answersByItself ? "answer-due" : "ours";
    if (!this.#answersByItself) return this.owe();
    return [{ type: "timer.set", timer: "turn-unanswered", afterMs: turnAnswerMs }];
  }

  /** Stops the response that is being generated, if there is one that does not insist. */
  cancel(): Effect[] {
    if (this.#state.name !== "active" || this.#state.answering?.request.insists) return [];
    const { responseId } = this.#state;
    return [{ type: "model.cancel-response", commandId: this.#nextCommandId(), responseId }];
  }

  /** Nobody listens who could be answered: what runs is stopped, and from now on only what insists is said. */
  answerNobody(): Effect[] {
    const cancelled = this.cancel();
    this.#turn = "nobodys";
    this.#isOwed = false;
    this.#waiting = this.#waiting.filter(({ insists }) => insists);
    return [...cancelled, { type: "timer.clear", timer: "turn-unanswered" }];
  }

  /** The model has had its time to answer by itself, and has not. */
  turnUnanswered(): Effect[] {
    if (this.#turn === "answer-due") this.#turn = "ours";
    return this.#flush();
  }

  /** `hasSeenAll`: it began after the model had got all that it waited for. */
  started(responseId: string, hasSeenAll: boolean): Effect[] {
    if (this.#turn === "answer-due") this.#turn = "ours";
    const answering = this.#state.name === "requested" ? this.#state : undefined;
    // "Say just this" is no answer to a tool's output.
    if (hasSeenAll && answering?.request.instructions === undefined) this.#isOwed = false;
    this.#state = { name: "active", responseId, ...(answering && { answering }) };
    this.#isInsisting = answering?.request.insists ?? false;
    this.#hasProgressed = false;
    this.#isSilent = false;
    return [
      { type: "timer.clear", timer: "turn-unanswered" },
      { type: "timer.set", timer: "response-watch", afterMs: progressDueMs },
      // It was asked for before the caller was heard, or nobody is to be answered.
      ...(this.#turn === "speaking" || this.#turn === "nobodys" ? this.cancel() : []),
    ];
  }

  /** More has come of a response. The word that it has begun may have been lost. */
  progressed(responseId: string): Effect[] {
    if (this.#state.name === "requested") return this.started(responseId, true);
    this.#hasProgressed = true;
    this.#isSilent = false;
    return [];
  }

  /** The word that it has ended may be lost, too. */
  fellSilent(responseId: string): Effect[] {
    if (this.activeId !== responseId) return [];
    this.#isSilent = true;
    this.#hasProgressed = false;
    return [{ type: "timer.set", timer: "response-watch", afterMs: endDueMs }];
  }

  /** `mayRetry`: a failed response is worth another try as it was; one whose tools have run is not. */
  ended(responseId: string, outcome: ResponseOutcome, mayRetry: boolean): Effect[] {
    if (this.#state.name === "requested") return [];
    if (this.#state.name === "active" && this.#state.responseId !== responseId) return [];
    const request = this.#ours()?.request ?? {};
    const unwatch: Effect[] = this.#state.name === "active" ? [{ type: "timer.clear", timer: "response-watch" }] : [];
    this.#state = { name: "idle" };
    if (outcome === "failed") this.#failed(mayRetry ? request : undefined);
    else this.#failuresInARow = 0;
    return [...unwatch, ...this.#flush()];
  }

  /** Our command was refused. Refused for a running response, it is sent again when that one has ended. */
  refused(commandId: string, refusal: Refusal): Effect[] {
    const ours = this.#ours();
    if (ours?.commandId !== commandId) return [];
    if (refusal === "response-active") return this.#lostRace(ours.request);
    if (this.#state.name === "active") return [];
    this.#state = { name: "idle" };
    this.#failed(ours.request);
    return [{ type: "timer.clear", timer: "response-watch" }, ...this.#flush()];
  }

  /** A model that does not answer a command, or stops in the middle, is of no use; one that was busy is asked again. */
  watched(): Effect[] {
    switch (this.#state.name) {
      case "idle":
        return [];
      case "requested":
        this.#failuresInARow = hopeless;
        return [];
      case "active": {
        if (this.#isSilent) return this.ended(this.#state.responseId, "completed", false);
        if (!this.#hasProgressed) this.#failuresInARow = hopeless;
        this.#hasProgressed = false;
        return [{ type: "timer.set", timer: "response-watch", afterMs: progressDueMs }];
      }
      case "blocked":
        this.#state = { name: "idle" };
        return this.#flush();
    }
  }

  #lostRace(request: ResponseRequest): Effect[] {
    this.#again(request);
    if (this.#state.name === "active") {
      this.#state = { name: "active", responseId: this.#state.responseId };
      return [];
    }
    this.#state = { name: "blocked" };
    return [{ type: "timer.set", timer: "response-watch", afterMs: blockedMs }];
  }

  /** To a caller who speaks the model answers by itself. */
  #failed(request: ResponseRequest | undefined): void {
    this.#failuresInARow += 1;
    if (request !== undefined && (this.#turn === "ours" || request.insists)) this.#again(request);
  }

  #again(request: ResponseRequest): void {
    if (request.instructions === undefined) this.#isOwed = this.#turn !== "nobodys";
    else this.#waiting.unshift(request);
  }

  #ours(): { request: ResponseRequest; commandId: string } | undefined {
    if (this.#state.name === "requested") return this.#state;
    return this.#state.name === "active" ? this.#state.answering : undefined;
  }

  #next(): ResponseRequest | undefined {
    const [first] = this.#waiting;
    if (first !== undefined && (this.#turn === "ours" || first.insists)) return this.#waiting.shift();
    if (!this.#isOwed || this.#turn !== "ours") return undefined;
    this.#isOwed = false;
    return {};
  }

  #flush(): Effect[] {
    if (!this.#hasBegun || this.#state.name !== "idle" || this.hasGivenUp) return [];
    const request = this.#next();
    if (request === undefined) return [];
    const commandId = this.#nextCommandId();
    this.#state = { name: "requested", request, commandId };
    return [
      { type: "timer.set", timer: "response-watch", afterMs: requestDeadlineMs },
      { type: "model.create-response", commandId, instructions: request.instructions },
    ];
  }
}
