import type { Timer } from "../../clock.ts";
import { bytesPerMs } from "../../audio/mulaw.ts";
import type { Recording } from "../../audio/recording.ts";
import type { Reply, Turn } from "../scenario.ts";
import type { LiveContext } from "./context.ts";
import type { Mouth } from "./mouth.ts";
import type { Script } from "./script.ts";
import { callsOf, type FunctionCall, utteranceOf } from "./utterance.ts";

/** Who speaks when: decided by the model alone, on its own time. */
export type Turns = {
  callerStarted(atMs: number): void;
  callerStopped(atMs: number, heard: Recording): void;
  /** The client wants the model to speak first. */
  open(instructions: string): void;
};

const defaultYieldMs = 300;

/** The turns of one session; `delegate` hands over what a reply wants done once its words are said. */
export function turns(
  context: LiveContext,
  mouth: Mouth,
  script: Script,
  delegate: (calls: FunctionCall[], isSilent: boolean) => void,
): Turns {
  const { timeline, behaviour, pace } = context;
  let reactionIndex = 0;
  let startMs = 0;
  let isBackchannel = false;
  let answering: Timer | undefined;

  /** It speaks on over a "mm-hmm", or goes quiet a little later. */
  function react(utteranceId: string): void {
    const reaction = behaviour.reactions[reactionIndex++] ?? { type: "yield", afterMs: defaultYieldMs };
    isBackchannel = reaction.type === "talk-on";
    if (reaction.type === "yield") timeline.after(reaction.afterMs, () => mouth.cut("yielded", utteranceId));
  }

  function answer(turn: Turn): void {
    const reply = script.peek(turn);
    answering?.cancel();
    answering = timeline.after(reply.thinkMs ?? pace.thinkMs, () => {
      script.take();
      give(reply);
    });
  }

  function give(reply: Reply): void {
    const calls = callsOf(reply);
    const utterance = utteranceOf(reply);
    const isSilent = utterance.lines.length === 0;
    if (calls.length === 0) mouth.say(utterance);
    else mouth.say({ ...utterance, done: () => delegate(calls, isSilent) });
  }

  return {
    callerStarted(atMs) {
      context.isCallerSpeaking = true;
      context.report({ type: "caller-started", atMs });
      answering?.cancel();
      startMs = atMs;
      isBackchannel = false;
      if (mouth.utteranceId !== undefined) react(mouth.utteranceId);
    },
    callerStopped(atMs, heard) {
      context.isCallerSpeaking = false;
      context.report({ type: "caller-stopped", atMs });
      if (isBackchannel) return;
      const endMs = atMs - behaviour.turnSilenceMs;
      const audio = heard.cut(startMs * bytesPerMs, endMs * bytesPerMs);
      context.lastCallerAudio = audio;
      const cause = { type: "speech", durationMs: endMs - startMs } as const;
      answer({ cause, isFirst: !mouth.hasSpoken, lastCallerAudio: audio });
    },
    open: (instructions) => answer({ cause: { type: "nothing" }, instructions, isFirst: true }),
  };
}
