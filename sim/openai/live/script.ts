import { personaReply } from "../persona.ts";
import type { Reply, Scenario, Turn } from "../scenario.ts";

/** What the model answers, in order: the scenario's replies, then the persona's. */
export type Script = {
  /** What would be answered now. */
  peek(turn: Turn): Reply;
  /** What was peeked at is given. */
  take(): void;
};

/** A script at its beginning. */
export function script({ replies = [] }: Scenario): Script {
  let index = 0;
  return {
    peek(turn) {
      const scripted = replies[index];
      return typeof scripted === "function" ? scripted(turn) : (scripted ?? personaReply(turn));
    },
    take() {
      index += 1;
    },
  };
}
