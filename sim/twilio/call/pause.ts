import type { Clock } from "../../clock.ts";

/** Settles when a signal is aborted, or at once when it was. */
export const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });

/** Lets so much time pass; an aborted `signal` ends it at once. */
export function pause(clock: Clock, durationMs: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted === true) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = clock.after(durationMs, leave);
    function leave(): void {
      timer.cancel();
      signal?.removeEventListener("abort", leave);
      resolve();
    }
    signal?.addEventListener("abort", leave);
  });
}
