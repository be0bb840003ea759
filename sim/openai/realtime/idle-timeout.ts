import type { Timer } from "../../clock.ts";
import type { SessionContext } from "./context.ts";

/** Waits for a caller who says nothing (`idle_timeout_ms`, openai.md A2). */
export type IdleTimeout = {
  /** The model has finished generating `playbackMs` of speech, which is still to be heard. */
  arm(playbackMs: number): void;
  disarm(): void;
};

/** Calls `silent` when nothing was heard for the time that the session allows after the model's last words. */
export function idleTimeout(context: SessionContext, silent: (idleMs: number) => void): IdleTimeout {
  let timer: Timer | undefined;
  const disarm = (): void => timer?.cancel();
  return {
    arm(playbackMs) {
      disarm();
      const turnDetection = context.config.audio.input.turn_detection;
      if (turnDetection?.type !== "server_vad" || turnDetection.idle_timeout_ms === null) return;
      const idleMs = turnDetection.idle_timeout_ms;
      timer = context.clock.after(playbackMs + idleMs, () => silent(idleMs));
    },
    disarm,
  };
}
