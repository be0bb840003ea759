import type { InterruptionPolicy } from "./interruption-guard.ts";
import type { MachinePolicy } from "./machine-policy.ts";
import type { SilencePolicy } from "./silence.ts";
import type { SpendingPolicy } from "./spending-policy.ts";
import type { TurnPolicyName } from "./events.ts";

/** How a call is to be held. What is left out does not happen. */
export type BridgeOptions = {
  /** How turns are taken; `server-vad` unless the model that opens says otherwise. */
  turns?: TurnPolicyName | undefined;
  /** What the model says first, if it is to speak first. */
  greeting?: string | undefined;
  silence?: SilencePolicy | undefined;
  /** When speech over the agent interrupts it, and that the bridge answers the caller; without it the model does both. */
  interruption?: InterruptionPolicy | undefined;
  /** How much silence ends the caller's turn, in the model's ears or in ours. */
  turnSilenceMs?: number | undefined;
  /** What is done when a machine has picked up; without it we hang up. */
  machine?: MachinePolicy | undefined;
  /** After so long the assistant says goodbye. */
  maxDurationMs?: number | undefined;
  /** What it may cost, after which the assistant says goodbye; without it nothing is counted. */
  spending?: SpendingPolicy | undefined;
  /** When a peer that says nothing counts as gone: a phone without frames, a model without a message. */
  watch?: { framesMs: number; modelMs: number } | undefined;
  /** By a tool's name, what the caller hears when it takes long. */
  fillers?: Readonly<Record<string, string>> | undefined;
};

/** What the model is told out of turn. Instructions hold for that one response. */
export const instructionsFor = {
  greeting: (words: string): string => `Greet the caller by saying just this: "${words}"`,
  filler: (words: string): string => `Say just this, in the language of the conversation: "${words}"`,
  message: (text: string): string =>
    `A machine records you. Say exactly this, word for word, and nothing else: "${text}"`,
  silence: "The caller has said nothing for a while. Ask in one short sentence whether they are still there.",
  silenceGoodbye: "The caller is silent. Say in one short sentence that you hang up now, and goodbye.",
  goOn: "Go on with what you have just been told.",
  unheard: (words: string): string => `The caller did not hear the end of what you said: "${words}"`,
  digitsSent: (digits: string): string =>
    `The keys ${digits} were pressed. You hear the other side again: listen to it.`,
  transferFailed: (name: string, why: string): string =>
    `The call could not be put through to ${name}: ${why}. You are talking with the caller again. Tell them, and offer what else you can do.`,
  calledOff:
    "The call goes on: the other side has spoken, so that nothing was hung up, handed over or pressed. If that is still wanted after you have heard them, do it again.",
  resumed:
    "The line was interrupted for a moment, and what you were saying was cut off. Go on from there, in a few words.",
  sayAgain:
    "The line was interrupted while the caller spoke, and you did not hear what they said. Ask them in a few words to say it again.",
  deaf: "The line was interrupted for some seconds, and whatever the caller said meanwhile you did not hear. Say so in a few words, and ask what they said.",
} as const;
