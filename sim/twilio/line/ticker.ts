import type { Clock, Timer } from "../../clock.ts";

/** A steady beat. */
export type Ticker = {
  /**
   * Runs every beat that is due now, or was at an earlier `untilMs`, should the machine be late: after this, all that
   * should have happened has.
   */
  catchUp(untilMs?: number): void;
  stop(): void;
};

/**
 * Calls `onTick` every `intervalMs`, the first time one interval from now. Beats are counted from the start, so that a
 * late timer delays one beat and never the following ones; each is handed the clock's time at which it was due.
 */
export function ticker(clock: Clock, intervalMs: number, onTick: (dueMs: number) => void): Ticker {
  const startMs = clock.nowMs();
  let nextBeat = 1;
  let isStopped = false;
  const dueMs = (): number => startMs + nextBeat * intervalMs;

  const isDue = (nowMs: number): boolean => !isStopped && dueMs() <= nowMs;

  let timer = schedule();

  function schedule(): Timer {
    return clock.after(dueMs() - clock.nowMs(), () => {
      catchUp();
      if (!isStopped) timer = schedule();
    });
  }

  function catchUp(untilMs?: number): void {
    while (isDue(untilMs ?? clock.nowMs())) {
      const beatMs = dueMs();
      nextBeat++;
      onTick(beatMs);
    }
  }

  return {
    catchUp,
    stop() {
      isStopped = true;
      timer.cancel();
    },
  };
}
