import type { Window } from "./good-call.ts";
import { percentile } from "./percentile.ts";

/**
 * What the Worker adds to a frame's way, in ms: so much longer are the slowest hundredth through it than over direct
 * sockets in the same seconds. A machine that is busy with other things is slow on both.
 */
export const addedP99Ms = ({ relayedMs, directMs }: Window): number =>
  Math.max(0, percentile(relayedMs, 99) - percentile(directMs, 99));
