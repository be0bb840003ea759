import type { Clock } from "../../sim/clock.ts";
import { type LiveSession, liveSession } from "../../sim/openai/live/session.ts";
import { type RealtimeSession, realtimeSession } from "../../sim/openai/realtime/session.ts";
import type { Scenario } from "../../sim/openai/scenario.ts";
import { humming } from "../../sim/voice/hum.ts";
import type { Peer, Wire } from "../../sim/wire.ts";
import { openaiLive } from "../../worker/models/openai-live/protocol.ts";
import { openaiRealtime } from "../../worker/models/openai-realtime/protocol.ts";
import type { Provider } from "../../worker/models/provider.ts";
import type { ModelSettings } from "../../worker/models/settings.ts";

/** A provider of ours, and the stand-in that it talks to. */
export type VirtualModel<Session extends Peer> = {
  provider(settings: ModelSettings): Provider;
  open(ends: { wire: Wire; clock: Clock; scenario: Scenario }): Session;
};

export const realtime: VirtualModel<RealtimeSession> = {
  provider: openaiRealtime,
  open: (ends) => realtimeSession({ ...ends, model: "gpt-realtime-2.1", speak: humming }),
};

export const live: VirtualModel<LiveSession> = {
  provider: (settings) => openaiLive({ ...settings, model: "gpt-live-1.1" }),
  open: (ends) => liveSession({ ...ends, speak: humming }),
};
