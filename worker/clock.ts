/** A timer that can be called off; calling it off twice does nothing. */
export type Timer = { cancel(): void };

/** The time as the shell reads it, and its timers: the platform's, or a test's. */
export type Clock = {
  nowMs(): number;
  after(delayMs: number, task: () => void): Timer;
};

/** The platform's clock. In production it stands still between two events, and that is all the bridge needs. */
export const platformClock: Clock = {
  nowMs: () => Date.now(),
  after(delayMs, task) {
    const handle = setTimeout(task, delayMs);
    return { cancel: () => clearTimeout(handle) };
  },
};

/** A clock that can be put forward, or back; its timers take as long as before. */
export function adjustable(clock: Clock): Clock & { adjust(byMs: number): void } {
  let skewMs = 0;
  return {
    nowMs: () => clock.nowMs() + skewMs,
    after: (delayMs, task) => clock.after(delayMs, task),
    adjust(byMs) {
      skewMs += byMs;
    },
  };
}
