import type { Clock } from "../clock.ts";

/** A clock that runs `partsPerMillion` fast (or slow, when negative) against another: Twilio's against ours. */
export function skewedClock(clock: Clock, partsPerMillion: number): Clock {
  const rate = 1 + partsPerMillion / 1_000_000;
  return {
    nowMs: () => clock.nowMs() * rate,
    after: (delayMs, task) => clock.after(delayMs / rate, task),
  };
}
