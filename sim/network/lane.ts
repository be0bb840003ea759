import type { Clock, Timer } from "../clock.ts";
import type { Delay } from "./delay.ts";

/** One direction of a connection: what is put in comes out in order, at once as long as nothing is wrong. */
export type Lane = {
  put(deliver: () => void): void;
  /** Holds everything back, until `release`: then all of it comes out at once. */
  hold(): void;
  release(): void;
  /** From now on, what is put in takes so long; at once again, without a delay. */
  slow(delay: Delay | undefined): void;
  /** Throws away what is still in it. */
  end(): void;
};

type Parcel = { deliver: () => void; dueMs: number };

/** A clock's timer may be this early, and its message is due all the same. */
const earlyMs = 1;

/** An empty lane. `random` gives numbers from 0 up to 1. */
export function lane(clock: Clock, random: () => number): Lane {
  const parcels: Parcel[] = [];
  let delay: Delay | undefined;
  let isHeld = false;
  let next: Timer | undefined;

  const takesMs = (): number => (delay === undefined ? 0 : delay.delayMs + random() * delay.jitterMs);

  function deliverDue(): void {
    for (let parcel = takeDue(); parcel !== undefined; parcel = takeDue()) parcel.deliver();
    next?.cancel();
    const [first] = parcels;
    next = isHeld || first === undefined ? undefined : clock.after(first.dueMs - clock.nowMs(), deliverDue);
  }

  function takeDue(): Parcel | undefined {
    const [first] = parcels;
    return isHeld || first === undefined || first.dueMs > clock.nowMs() + earlyMs ? undefined : parcels.shift();
  }

  return {
    put(deliver) {
      if (!isHeld && delay === undefined && parcels.length === 0) return deliver();
      // What is due sooner than the parcel before it waits for that one: a connection keeps its order.
      parcels.push({ deliver, dueMs: clock.nowMs() + takesMs() });
      if (!isHeld && next === undefined) deliverDue();
    },
    hold() {
      isHeld = true;
      next?.cancel();
      next = undefined;
    },
    release() {
      isHeld = false;
      deliverDue();
    },
    slow(given) {
      delay = given;
    },
    end() {
      parcels.length = 0;
      next?.cancel();
    },
  };
}
