import type { Clock } from "../clock.ts";
import type { Peer, Wire } from "../wire.ts";

/** One direction of a network: every message takes `delayMs`, and up to `jitterMs` more. */
export type Delay = { delayMs: number; jitterMs: number };

/** What lies between a stand-in and the server it talks to. `random` gives numbers from 0 up to 1. */
export type Network = { toServer: Delay; toTwilio: Delay; random: () => number };

/** A wire whose messages arrive later, in order. */
export function delayedWire(wire: Wire, clock: Clock, delay: Delay, random: () => number): Wire {
  const later = postpone(clock, delay, random);
  return {
    send: (text) => later(() => wire.send(text)),
    close: (code, reason) => later(() => wire.close(code, reason)),
  };
}

/** A peer that is reached later, in order. */
export function delayedPeer(peer: Peer, clock: Clock, delay: Delay, random: () => number): Peer {
  const later = postpone(clock, delay, random);
  return {
    receive: (message) => later(() => peer.receive(message)),
    closed: (code, reason) => later(() => peer.closed(code, reason)),
  };
}

/**
 * Runs each task after its delay, but never before an earlier one: a connection keeps its order. What is sent in the
 * same millisecond travels together, as in one segment of TCP.
 */
function postpone(clock: Clock, { delayMs, jitterMs }: Delay, random: () => number): (task: () => void) => void {
  const waiting: Array<() => void> = [];
  let lastSentMs = Number.NEGATIVE_INFINITY;
  let lastDueMs = Number.NEGATIVE_INFINITY;
  return (task) => {
    const nowMs = clock.nowMs();
    if (nowMs - lastSentMs >= 1) lastDueMs = Math.max(lastDueMs, nowMs + delayMs + random() * jitterMs);
    lastSentMs = nowMs;
    waiting.push(task);
    // Whichever timer fires first takes the task that came first: timers of a real clock may change places.
    clock.after(lastDueMs - clock.nowMs(), () => waiting.shift()?.());
  };
}
