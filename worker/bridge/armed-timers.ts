import type { Effect } from "./effects.ts";
import type { TimerName } from "./timers.ts";

/** Which timers are armed by the bridge's orders, so that the end of a call disarms exactly these. */
export class ArmedTimers {
  readonly #armed = new Set<TimerName>();

  has(timer: TimerName): boolean {
    return this.#armed.has(timer);
  }

  /** It has fired by itself. */
  fired(timer: TimerName): void {
    this.#armed.delete(timer);
  }

  /** Notes what these orders arm and disarm, and hands them on. */
  watch(effects: Effect[]): Effect[] {
    for (const effect of effects) {
      if (effect.type === "timer.set") this.#armed.add(effect.timer);
      if (effect.type === "timer.clear") this.#armed.delete(effect.timer);
    }
    return effects;
  }

  /** Disarms one, if it is armed. */
  disarm(timer: TimerName): Effect[] {
    return this.has(timer) ? [{ type: "timer.clear", timer }] : [];
  }

  /** Disarms all but this one. */
  disarmAllBut(kept: TimerName): Effect[] {
    return [...this.#armed].flatMap((timer) => (timer === kept ? [] : this.disarm(timer)));
  }
}
