import type { ModelEffect } from "./effects.ts";
import type { Refusal, ResponseOutcome } from "./events.ts";

/** A response that the bridge wants from the model, beside those that the model starts by itself. */
export type ResponseRequest = { instructions?: string | undefined };

/**
 * `requested`: our command is on its way; until the model's own word nobody knows whether it or a response of the
 * model's own came first. `active`: a response runs; `answering` is our command that it may be the answer to.
 * `blocked`: our command was refused because a response runs that has not been announced yet.
 */
type State =
  | { name: "idle" }
  | { name: "requested"; request: ResponseRequest; commandId: string }
  | { name: "active"; responseId: string; answering?: { request: ResponseRequest; commandId: string } }
  | { name: "blocked" };

/**
 * One response at a time. The model may hold only one active response, starts its own when the caller has spoken, and
 * refuses a second (openai.md A9): so what we want waits here until the running one has ended. A continuation that is
 * *owed* (tools were answered) is given by any response that starts later: a caller who speaks meanwhile is answered
 * once.
 */
export class Responses {
  readonly #nextCommandId: () => string;
  #state: State = { name: "idle" };
  #waiting: ResponseRequest[] = [];
  #isOwed = false;
  /** The caller speaks, or has spoken and the model will answer by itself. */
  #isCallersTurn = false;
  /** One failure is asked for once more; a second in a row is the end (openai.md A9, `server_error`). */
  #failuresInARow = 0;

  constructor(nextCommandId: () => string) {
    this.#nextCommandId = nextCommandId;
  }

  /** The response that the model is generating, if it has announced one. */
  get activeId(): string | undefined {
    return this.#state.name === "active" ? this.#state.responseId : undefined;
  }

  /** Whether the model fails at every try: nobody will be heard any more. */
  get hasGivenUp(): boolean {
    return this.#failuresInARow > 1;
  }

  /** Asks for a response: at once, or when the running one has ended. */
  request(request: ResponseRequest): ModelEffect[] {
    this.#waiting.push(request);
    return this.#flush();
  }

  /** Whether a response runs, or is about to. */
  get isBusy(): boolean {
    return this.#state.name !== "idle" || this.#waiting.length > 0 || this.#isOwed || this.#isCallersTurn;
  }

  /** The model has got what it waited for: it must go on, unless it does so by itself. */
  owe(): ModelEffect[] {
    this.#isOwed = true;
    return this.#flush();
  }

  /** The caller speaks: the model will answer by itself. */
  callerSpeaks(): void {
    this.#isCallersTurn = true;
  }

  /** The model has had its time to answer by itself, and has not. */
  turnUnanswered(): ModelEffect[] {
    this.#isCallersTurn = false;
    return this.#flush();
  }

  /** `isContinuation`: it began after the model had got all that it waited for. */
  started(responseId: string, isContinuation: boolean): void {
    this.#isCallersTurn = false;
    if (isContinuation) this.#isOwed = false;
    this.#state =
      this.#state.name === "requested"
        ? { name: "active", responseId, answering: this.#state }
        : { name: "active", responseId };
  }

  ended(responseId: string, outcome: ResponseOutcome): ModelEffect[] {
    if (this.#state.name === "active" && this.#state.responseId !== responseId) return [];
    const failed = this.#ours()?.request ?? {};
    this.#state = { name: "idle" };
    this.#failuresInARow = outcome === "failed" ? this.#failuresInARow + 1 : 0;
    // To a caller who speaks the model answers by itself.
    if (outcome === "failed" && !this.hasGivenUp && !this.#isCallersTurn) this.#waiting.unshift(failed);
    return this.#flush();
  }

  /** Our command was refused. Refused for a running response, it waits for that one's end and is sent again. */
  refused(commandId: string, refusal: Refusal): ModelEffect[] {
    const ours = this.#ours();
    if (ours?.commandId !== commandId) return [];
    const isRunning = this.#state.name === "active";
    if (refusal === "response-active") {
      this.#waiting.unshift(ours.request);
      this.#state =
        this.#state.name === "active" ? { name: "active", responseId: this.#state.responseId } : { name: "blocked" };
      return [];
    }
    if (isRunning) return [];
    this.#state = { name: "idle" };
    return this.#flush();
  }

  #ours(): { request: ResponseRequest; commandId: string } | undefined {
    if (this.#state.name === "requested") return this.#state;
    return this.#state.name === "active" ? this.#state.answering : undefined;
  }

  #owed(): ResponseRequest | undefined {
    return this.#isOwed && !this.#isCallersTurn ? {} : undefined;
  }

  #flush(): ModelEffect[] {
    if (this.#state.name !== "idle") return [];
    const request = this.#waiting.shift() ?? this.#owed();
    if (request === undefined) return [];
    this.#isOwed = false;
    const commandId = this.#nextCommandId();
    this.#state = { name: "requested", request, commandId };
    return [{ type: "model.create-response", commandId, instructions: request.instructions }];
  }
}
