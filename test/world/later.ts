import type { Clock } from "../../sim/clock.ts";

/** Resolves after so long, or never once the signal aborts. */
export const later = (clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = clock.after(delayMs, resolve);
    signal.addEventListener("abort", () => timer.cancel());
  });
