import { CallerTurn } from "./caller-turn.ts";
import type { Effect } from "./effects.ts";
import type { TurnPolicyName } from "./events.ts";
import { LeaveTaking } from "./leave-taking.ts";
import type { BridgeOptions } from "./options.ts";
import type { Playback } from "./playback.ts";
import type { ToolCalls } from "./tool-calls.ts";
import { ToolTalk } from "./tool-talk.ts";
import { takeTurns } from "./turn-policies.ts";
import type { Responses, TurnPolicy } from "./turn-policy.ts";

/** What a talk has from its beginning on, whatever model opens. */
type Given = {
  options: BridgeOptions;
  nextCommandId: () => string;
  hangUp: (reason: string, nowMs: number) => Effect[];
  playback: Playback;
  tools: ToolCalls;
};

/** The parts of a talk that depend on how turns are taken. */
type TalkParts = {
  turns: TurnPolicy;
  responses: Responses;
  leaving: LeaveTaking;
  callerTurn: CallerTurn;
  toolTalk: ToolTalk;
};

/** Makes them, for one way of taking turns. */
export function talkParts(name: TurnPolicyName, given: Given): TalkParts {
  const { options, nextCommandId, hangUp, playback, tools } = given;
  const { turnSilenceMs, silence, fillers = {} } = options;
  // Only speech that a model leaves to us can be doubted.
  const interruption = name === "server-vad" ? options.interruption : undefined;
  const answersByItself = interruption === undefined;
  const { turns, responses } = takeTurns(name, { playback, nextCommandId, answersByItself, turnSilenceMs });
  const leaving = new LeaveTaking(silence, { playback, responses, tools }, hangUp);
  const parts = { playback, responses, tools, turns, leaving };
  const callerTurn = new CallerTurn(interruption, parts, nextCommandId);
  return { turns, responses, leaving, callerTurn, toolTalk: new ToolTalk(fillers, { ...parts, callerTurn }) };
}
