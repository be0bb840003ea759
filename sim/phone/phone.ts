import type { PhoneEvent } from "./phone-event.ts";
import { ear } from "./ear.ts";
import { keyEar } from "./key-ear.ts";
import { type CallRecording, callRecording } from "./recording.ts";
import { frameMs } from "../audio/mulaw.ts";

/** What a phone does in 20 ms: what is spoken into it (160 bytes of μ-law), keys pressed, whether it hangs up. */
export type PhoneTurn = { speech: Uint8Array; digits: string; hungUp: boolean };

/** A phone that was picked up, as the line sees it. */
export type Phone = {
  /** Passes 20 ms: takes what is heard in them, 160 bytes of μ-law, and gives what the phone does in them. */
  pass(heard: Uint8Array): PhoneTurn;
  /** The other side hung up. */
  disconnected(): void;
  /** What both sides really heard up to now. */
  readonly recording: CallRecording;
};

/** What whoever holds the phone knows when it decides what to do next. Times are in ms of the call. */
export type Hearing = {
  nowMs: number;
  /** When the agent began to speak, while it does. */
  agentSpeakingSinceMs: number | undefined;
  /** When the agent was last heard; undefined before it was. */
  agentLastHeardMs: number | undefined;
  /** All keys that were pressed at the other end up to now. */
  keysHeard: string;
  /** What is heard in these 20 ms: 160 bytes of μ-law. The times above do not count it yet. */
  heard: Uint8Array;
};

/** Whoever holds the phone: decides every 20 ms what to do in the next ones. */
export type Holder = (hearing: Hearing, emit: (event: PhoneEvent) => void) => PhoneTurn;

/**
 * A phone in somebody's hand: a script's, or a person's at a browser. It notes who was heard when, and records both
 * sides. Time is counted in the sound that passes, so it needs no clock. The agent is whoever is heard: Twilio's own
 * announcements, too.
 */
export function phone(holder: Holder, onEvent: (event: PhoneEvent) => void = () => {}): Phone {
  const recording = callRecording();
  const callerEar = ear();
  const agentEar = ear();
  const keys = keyEar();
  let keysHeard = "";
  let nowMs = 0;

  return {
    recording,
    pass(heard) {
      const hearing: Hearing = {
        nowMs,
        agentSpeakingSinceMs: agentEar.speakingSinceMs,
        agentLastHeardMs: agentEar.lastHeardMs,
        keysHeard,
        heard,
      };
      const turn = holder(hearing, onEvent);
      recording.add(turn.speech, heard);
      const caller = callerEar.hear(turn.speech, nowMs);
      if (caller !== undefined)
        onEvent({ event: caller.isSpeaking ? "caller-spoke" : "caller-quiet", atMs: caller.atMs });
      const agent = agentEar.hear(heard, nowMs);
      if (agent !== undefined) onEvent({ event: agent.isSpeaking ? "agent-heard" : "agent-quiet", atMs: agent.atMs });
      const key = keys.hear(heard);
      if (key !== undefined) {
        keysHeard += key;
        onEvent({ event: "key-heard", digit: key, atMs: nowMs });
      }
      for (const digit of turn.digits) onEvent({ event: "pressed", digit, atMs: nowMs });
      nowMs += frameMs;
      if (turn.hungUp) onEvent({ event: "hung-up", by: "caller", atMs: nowMs });
      return turn;
    },
    disconnected() {
      onEvent({ event: "hung-up", by: "network", atMs: nowMs });
    },
  };
}
