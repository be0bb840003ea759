/** A timer that can be called off; calling it off twice does nothing. */
export type Timer = { cancel(): void };

/**
 * Time, injected. Every stand-in reads the clock and sets timers through this, so that the same stand-in runs on real
 * time behind a socket and on virtual time inside a test.
 */
export type Clock = {
  /** Milliseconds since an arbitrary start; monotonic, may be fractional. */
  nowMs(): number;
  /** Runs `task` once, `delayMs` from now (never synchronously, not even for 0). */
  after(delayMs: number, task: () => void): Timer;
};

/** The machine's own clock. */
export const realClock: Clock = {
  nowMs: () => performance.now(),
  after(delayMs, task) {
    const handle = setTimeout(task, delayMs);
    return { cancel: () => clearTimeout(handle) };
  },
};

/** A clock that stands still until it is advanced: hours pass in a second, and every run is the same. */
export type VirtualClock = Clock & {
  /** Runs everything due in the next `durationMs`, in order of time, then of setting. */
  advance(durationMs: number): void;
  /** How many timers are still set: 0 when nothing was leaked. */
  pendingCount(): number;
};

type Entry = { atMs: number; order: number; task: () => void };

const isBefore = (a: Entry, b: Entry): boolean => a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);

/** A virtual clock that starts at `startMs`. */
export function virtualClock(startMs = 0): VirtualClock {
  let nowMs = startMs;
  let order = 0;
  const entries = new Set<Entry>();

  function earliest(): Entry | undefined {
    let first: Entry | undefined;
    for (const entry of entries) if (first === undefined || isBefore(entry, first)) first = entry;
    return first;
  }

  return {
    nowMs: () => nowMs,
    after(delayMs, task) {
      const entry: Entry = { atMs: nowMs + Math.max(0, delayMs), order: order++, task };
      entries.add(entry);
      return { cancel: () => void entries.delete(entry) };
    },
    advance(durationMs) {
      const endMs = nowMs + durationMs;
      for (let next = earliest(); next !== undefined && next.atMs <= endMs; next = earliest()) {
        entries.delete(next);
        nowMs = next.atMs;
        next.task();
      }
      nowMs = endMs;
    },
    pendingCount: () => entries.size,
  };
}
