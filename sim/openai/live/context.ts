import type { Clock } from "../../clock.ts";
import type { Fact } from "../facts.ts";
import type { Ids } from "../ids.ts";
import type { LiveBehaviour, Pace, Scenario } from "../scenario.ts";
import type { SessionTimers } from "../session-timers.ts";
import type { SpeechStore } from "../speech-store.ts";
import type { EmitLive } from "./server-events.ts";
import type { LiveConfig } from "./session-config.ts";

/** What the parts of one session share. */
export type LiveContext = {
  /** The machine's time: for what goes on whether or not audio comes. */
  readonly clock: SessionTimers;
  /** The model's own time. It stands still unless audio is appended (openai.md 0, item 4). */
  readonly timeline: Clock;
  readonly emit: EmitLive;
  /** A delta of audio goes out alone: it has no id and no time. */
  readonly emitAudio: (base64: string) => void;
  readonly report: (fact: Fact) => void;
  readonly ids: Ids;
  readonly scenario: Scenario;
  readonly behaviour: LiveBehaviour;
  readonly pace: Pace;
  readonly speech: SpeechStore;
  config: LiveConfig;
  isCallerSpeaking: boolean;
  /** The caller's last turn, 8 kHz μ-law. */
  lastCallerAudio: Uint8Array | undefined;
};
