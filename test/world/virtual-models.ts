import type { Clock } from "../../sim/clock.ts";
import { type DialectName, dialects } from "../../sim/openai/dialects/dialects.ts";
import { type LiveSession, liveSession } from "../../sim/openai/live/session.ts";
import { type RealtimeSession, realtimeSession } from "../../sim/openai/realtime/session.ts";
import type { Scenario } from "../../sim/openai/scenario.ts";
import { humming } from "../../sim/voice/hum.ts";
import type { Peer, Wire } from "../../sim/wire.ts";
import { azure } from "../../worker/models/azure/profile.ts";
import { openaiLive } from "../../worker/models/openai-live/protocol.ts";
import { openaiRealtime } from "../../worker/models/openai-realtime/protocol.ts";
import type { Provider } from "../../worker/models/provider.ts";
import { realtimeBeta } from "../../worker/models/realtime-beta/profile.ts";
import type { ModelSettings } from "../../worker/models/settings.ts";
import { xai } from "../../worker/models/xai/profile.ts";

/** A provider of ours, and the stand-in that it talks to. */
export type VirtualModel<Session extends Peer> = {
  provider(settings: ModelSettings): Provider;
  /** `name` tells sessions apart. */
  open(ends: { wire: Wire; clock: Clock; scenario: Scenario; name: string }): Session;
};

/** Realtime in a dialect, and the stand-in that speaks it. */
export const realtimeAs = (
  provider: (settings: ModelSettings) => Provider,
  dialect: DialectName,
): VirtualModel<RealtimeSession> => ({
  provider: (settings) =>
    provider({ ...settings, transcription: { model: "gpt-transcribe", languages: [], keywords: [] } }),
  open: ({ clock, ...ends }) =>
    realtimeSession({
      ...ends,
      clock,
      model: "gpt-realtime-2.1",
      speak: humming,
      translation: dialects[dialect].translate(clock),
    }),
});

export const realtime = realtimeAs(openaiRealtime, "openai");
export const onAzure = realtimeAs(azure, "azure");
export const onXai = realtimeAs(xai, "xai");
export const inBeta = realtimeAs(realtimeBeta, "beta");

export const live: VirtualModel<LiveSession> = {
  provider: (settings) => openaiLive({ ...settings, model: "gpt-live-1.1" }),
  open: (ends) => liveSession({ ...ends, speak: humming }),
};
