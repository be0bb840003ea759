import type { Clock, Timer } from "../clock.ts";

/** A clock whose timers can all be called off at once, when the session they belong to is over. */
export type SessionTimers = Clock & { cancelAll(): void };

/** Timers of one session. After `cancelAll` no task runs any more, also none that is set later. */
export function sessionTimers(clock: Clock): SessionTimers {
  const running = new Set<Timer>();
  let isOver = false;
  return {
    nowMs: () => clock.nowMs(),
    after(delayMs, task) {
      if (isOver) return { cancel: () => undefined };
      const timer = clock.after(delayMs, () => {
        running.delete(timer);
        task();
      });
      running.add(timer);
      return {
        cancel() {
          running.delete(timer);
          timer.cancel();
        },
      };
    },
    cancelAll() {
      isOver = true;
      for (const timer of running) timer.cancel();
      running.clear();
    },
  };
}
