import { CallerTurn } from "./caller-turn.ts";
import type { Effect } from "./effects.ts";
import type { StreamEnd } from "./end.ts";
import type { TurnPolicyName } from "./events.ts";
import { LeaveTaking } from "./leave-taking.ts";
import type { BridgeOptions } from "./options.ts";
import { Playback } from "./playback.ts";
import { ToolCalls } from "./tool-calls.ts";
import { takeTurns } from "./turn-policies.ts";
import type { Responses, TurnPolicy } from "./turn-policy.ts";

/** What a talk has from its beginning on, whatever model opens. */
export type Given = {
  options: BridgeOptions;
  nextCommandId: () => string;
  /** How many sessions of a model there were. */
  sessionCount: number;
  leave: (end: StreamEnd, nowMs: number) => Effect[];
};

/** What the parts of a talk know of each other. How turns are taken is settled when a model opens, for all at once. */
export type TalkParts = {
  readonly playback: Playback;
  readonly tools: ToolCalls;
  readonly leaving: LeaveTaking;
  turns: TurnPolicy;
  responses: Responses;
  callerTurn: CallerTurn;
};

/** Makes them, for one way of taking turns. */
export function talkParts(name: TurnPolicyName, given: Given): TalkParts {
  const { options, nextCommandId, leave } = given;
  const playback = new Playback();
  const conversation = { playback, tools: new ToolCalls(nextCommandId), ...turnsOf(name, playback, given) };
  const leaving = new LeaveTaking(options.silence, conversation, { leave, nextCommandId });
  const parts = Object.assign(conversation, { leaving });
  return Object.assign(parts, { callerTurn: new CallerTurn(interruptionOf(name, options), parts, nextCommandId) });
}

/** From now on turns are taken so: everybody who holds the parts goes by it. */
export function changeTurns(parts: TalkParts, name: TurnPolicyName, given: Given): void {
  Object.assign(parts, turnsOf(name, parts.playback, given));
  parts.callerTurn = new CallerTurn(interruptionOf(name, given.options), parts, given.nextCommandId);
}

function turnsOf(name: TurnPolicyName, playback: Playback, { options, nextCommandId, sessionCount }: Given) {
  const answersByItself = interruptionOf(name, options) === undefined;
  const itemPrefix = sessionCount > 1 ? `s${sessionCount}-` : "";
  const { turnSilenceMs } = options;
  return takeTurns(name, { playback, nextCommandId, answersByItself, turnSilenceMs, itemPrefix });
}

/** Only speech that a model leaves to us can be doubted. */
function interruptionOf(name: TurnPolicyName, { interruption, turnSilenceMs }: BridgeOptions) {
  if (name !== "server-vad" || interruption === undefined) return undefined;
  return { ...interruption, turnSilenceMs: turnSilenceMs || undefined };
}
