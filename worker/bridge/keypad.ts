import type { Effect } from "./effects.ts";

/** Keys pressed within this time of each other belong together. */
const groupMs = 1_000;

/** The keys of the caller's phone: single digits in, groups out. */
export class Keypad {
  #digits = "";

  /** A key was pressed: the group waits for more, unless this key ends it and there is somebody to take it. */
  pressed(digit: string, canBeTaken: boolean): { group: string | undefined; effects: Effect[] } {
    this.#digits += digit;
    if (digit === "#" && canBeTaken) return { group: this.take(), effects: [{ type: "timer.clear", timer: "keypad" }] };
    return { group: undefined, effects: [{ type: "timer.set", timer: "keypad", afterMs: groupMs }] };
  }

  /** The group so far; it begins anew. */
  take(): string | undefined {
    const group = this.#digits;
    this.#digits = "";
    return group === "" ? undefined : group;
  }
}
