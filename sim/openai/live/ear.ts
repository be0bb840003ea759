import { fromDbfs, rms } from "../../audio/level.ts";
import { bytesPerMs } from "../../audio/mulaw.ts";
import { type Recording, recording } from "../../audio/recording.ts";
import { voiceDetector } from "../realtime/voice-detector.ts";
import type { LiveContext } from "./context.ts";

/** What comes of listening, on the session's timeline. */
export type EarReports = { callerStarted(atMs: number): void; callerStopped(atMs: number): void };

/** The model's ear. It tells nobody but the model: a Live session has no event for speech (openai.md 0, item 3). */
export type Ear = {
  /** All that the model could hear, silence while it was muted: as long as the timeline. */
  readonly heard: Recording;
  hear(frame: Uint8Array): void;
  /** Whether somebody spoke in a stretch of the timeline. */
  wasLoud(fromMs: number, toMs: number): boolean;
};

/** Below this, nobody speaks. */
const quietLevel = fromDbfs(-40);

/** An ear that finds speech by its energy. */
export function ear(context: LiveContext, reports: EarReports): Ear {
  const heard = recording();
  const detector = voiceDetector();
  const settings = {
    type: "server_vad",
    threshold: 0.5,
    prefix_padding_ms: 0,
    silence_duration_ms: context.behaviour.turnSilenceMs,
    create_response: true,
    interrupt_response: true,
    idle_timeout_ms: null,
  } as const;
  return {
    heard,
    hear(frame) {
      heard.append(frame);
      detector.listen(heard, settings, (found) => {
        if (found.type === "started") reports.callerStarted(found.audioStartMs);
        else reports.callerStopped(found.audioEndMs);
      });
    },
    wasLoud: (fromMs, toMs) => rms(heard.view(fromMs * bytesPerMs, toMs * bytesPerMs)) > quietLevel,
  };
}
