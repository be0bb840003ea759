import type { CallerTurn } from "./caller-turn.ts";
import type { Effect } from "./effects.ts";
import type { BridgeEvent } from "./events.ts";
import { journal } from "./journal.ts";
import type { LeaveTaking } from "./leave-taking.ts";
import type { Machine } from "./machine.ts";
import type { Next } from "./next.ts";
import { instructionsFor } from "./options.ts";
import type { Playback } from "./playback.ts";
import type { ToolCalls } from "./tool-calls.ts";
import type { Responses } from "./turn-policy.ts";

/** A pause longer than this wants a word. */
const fillerAfterMs = 1_500;

type EventOf<Type extends BridgeEvent["type"]> = Extract<BridgeEvent, { type: Type }>;

type Parts = {
  playback: Playback;
  responses: Responses;
  tools: ToolCalls;
  callerTurn: CallerTurn;
  leaving: LeaveTaking;
  machine: Machine;
};

/** What is said around tools: a word while one takes long, what the model says when it has its answers, a goodbye. */
export class ToolTalk {
  readonly #fillers: Readonly<Record<string, string>>;
  readonly #parts: Parts;
  #filler: string | undefined;
  #lastSpokenId: string | undefined;

  constructor(fillers: Readonly<Record<string, string>>, parts: Parts) {
    this.#fillers = fillers;
    this.#parts = parts;
  }

  /** The model speaks in this response. */
  agentSpeaks(responseId: string): void {
    this.#lastSpokenId = responseId;
  }

  called(call: EventOf<"model.tool-called">, nowMs: number): Effect[] {
    const { toolCallId, name } = call;
    this.#filler = this.#fillers[name] ?? this.#filler;
    return [
      ...this.#parts.tools.called(call, nowMs),
      ...(this.#filler === undefined ? [] : [fillerTimer(fillerAfterMs)]),
      journal({ kind: "tool.called", toolCallId, name }),
    ];
  }

  finished({ toolCallId, output, next }: EventOf<"tool.finished">, nowMs: number): Effect[] {
    const { tools, callerTurn, leaving } = this.#parts;
    const finished = tools.finished(toolCallId, output, nowMs);
    if (finished === undefined) return [];
    const { effects, calledAtMs, completedResponseId, isOrphaned } = finished;
    // A caller who has spoken since the model wanted to leave has something to say.
    const isOutOfDate = leavesCaller(next) && callerTurn.hasSpokenSince(calledAtMs);
    const left = isOutOfDate ? leaving.calledOff() : this.#follow(next, nowMs);
    const more = completedResponseId === undefined ? [] : this.#goOn(completedResponseId, isOrphaned);
    return [...effects, ...left, ...more, ...leaving.leaveIfHeard(nowMs)];
  }

  /** What a tool's end means to the call. */
  #follow(next: Next, nowMs: number): Effect[] {
    const { leaving, callerTurn, machine } = this.#parts;
    switch (next.do) {
      case "go-on":
        return [];
      case "hang-up":
        return leaving.assistantLeaves({ verdict: "hang-up", reason: "the assistant hung up" }, nowMs);
      case "transfer":
        return leaving.assistantLeaves(
          { verdict: "transfer", transfer: next.transfer, reason: `transfer to ${next.transfer.name}` },
          nowMs,
        );
      case "send-digits":
        return [
          ...callerTurn.interruptAgent(nowMs),
          ...leaving.leaveNow({ verdict: "send-digits", digits: next.digits, reason: "keys are pressed" }, nowMs),
        ];
      case "leave-message":
        return machine.answered("machine", nowMs);
    }
  }

  /** A response has ended: when all that it called is answered, the model goes on. */
  responseEnded(responseId: string): Effect[] {
    return this.#parts.tools.responseEnded(responseId) ? this.#goOn(responseId) : [];
  }

  /** A tool takes long: the caller hears a word, unless there is something else to be heard. */
  fill(nowMs: number): Effect[] {
    const { playback, responses, tools } = this.#parts;
    const filler = this.#filler;
    const queuedMs = playback.queuedMs(nowMs);
    if (filler === undefined || tools.runningCount === 0) return [];
    if (queuedMs > 0 || responses.isBusy) return [fillerTimer(queuedMs + fillerAfterMs)];
    this.#filler = undefined;
    return responses.request({ instructions: instructionsFor.filler(filler) });
  }

  /**
   * The model has its answers: it goes on, unless it has said goodbye already with the call that ends the call, or the
   * line is left to somebody else.
   */
  #goOn(responseId: string, isOrphaned = false): Effect[] {
    const { leaving, responses } = this.#parts;
    const hasSaidGoodbye = leaving.isUnderWay && this.#lastSpokenId === responseId;
    return hasSaidGoodbye || leaving.hasLeft ? [] : responses.owe(isOrphaned ? "return" : "tools");
  }
}

/** Whether the line would be left; a machine that speaks has nothing to say. */
const leavesCaller = (next: Next): boolean => next.do !== "go-on" && next.do !== "leave-message";

const fillerTimer = (afterMs: number): Effect => ({ type: "timer.set", timer: "tool-filler", afterMs });
