import type { RealtimeModel } from "../models.ts";
import type { Fact } from "../facts.ts";
import type { Scenario } from "../scenario.ts";
import type { SessionTimers } from "../session-timers.ts";
import type { SpeechStore } from "../speech-store.ts";
import type { Conversation } from "./conversation.ts";
import type { Emit } from "./server-events.ts";
import type { SessionConfig } from "./session-config.ts";
import type { UsageMeter } from "./usage.ts";

/** Ids from counters: every run of a session gives the same, and no two sessions share one. */
export type Ids = { event(): string; item(): string; response(): string; call(): string };

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

/** Counters for a session; `name` tells sessions apart. */
export function sessionIds(name: string): Ids {
  const counts = new Map<string, number>();
  const next = (kind: string): string => {
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    return `${kind}_${name}_${count}`;
  };
  return {
    event: () => next("event"),
    item: () => next("item"),
    response: () => next("resp"),
    call: () => next("call"),
  };
}
