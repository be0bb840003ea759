import { ContinuousResponses } from "./continuous-responses.ts";
import { Continuous } from "./continuous.ts";
import type { TurnPolicyName } from "./events.ts";
import type { Playback } from "./playback.ts";
import { OneAtATime } from "./responses.ts";
import { ServerVad } from "./server-vad.ts";
import type { Responses, TurnPolicy } from "./turn-policy.ts";

type Needs = {
  playback: Playback;
  nextCommandId: () => string;
  /** Whether a model that reports the caller's speech also stops and answers by itself. */
  answersByItself: boolean;
  /** How much silence ends the caller's turn, where we have to find that out. */
  turnSilenceMs: number | undefined;
  /** What tells the items that we name in this session from those of another. */
  itemPrefix: string;
};

/** Turns by a policy's name: what is done with both directions of the audio, and how the model is asked to speak. */
export function takeTurns(name: TurnPolicyName, needs: Needs): { turns: TurnPolicy; responses: Responses } {
  const { playback, nextCommandId, answersByItself, turnSilenceMs, itemPrefix } = needs;
  switch (name) {
    case "server-vad":
    case "server-turns":
      return {
        turns: new ServerVad(playback, nextCommandId),
        responses: new OneAtATime(nextCommandId, answersByItself),
      };
    case "continuous": {
      const responses = new ContinuousResponses(nextCommandId);
      return { turns: new Continuous({ playback, responses, nextCommandId, turnSilenceMs, itemPrefix }), responses };
    }
  }
}
