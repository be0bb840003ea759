import type { RealtimeModel } from "../models.ts";
import type { Fact } from "../facts.ts";
import type { Ids } from "../ids.ts";
import type { Scenario } from "../scenario.ts";
import type { SessionTimers } from "../session-timers.ts";
import type { SpeechStore } from "../speech-store.ts";
import type { Conversation } from "./conversation.ts";
import type { Emit } from "./server-events.ts";
import type { SessionConfig } from "./session-config.ts";
import type { UsageMeter } from "./usage.ts";

/** What the parts of one session share. */
export type SessionContext = {
  readonly clock: SessionTimers;
  readonly emit: Emit;
  readonly report: (fact: Fact) => void;
  readonly ids: Ids;
  readonly model: RealtimeModel;
  readonly scenario: Scenario;
  readonly conversation: Conversation;
  readonly speech: SpeechStore;
  readonly usage: UsageMeter;
  /** All speech sent, by item: in pieces as it went out, also what was truncated or deleted later. */
  readonly spoken: Map<string, Uint8Array[]>;
  config: SessionConfig;
  /** Whether `session.updated` was ever sent. */
  isConfigured: boolean;
};
