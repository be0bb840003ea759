import { frameMs } from "../../audio/mulaw.ts";
import type { Clock } from "../../clock.ts";
import { silentFrame } from "../../phone/frames.ts";
import type { Phone } from "../../phone/phone.ts";
import { ticker } from "./ticker.ts";

/** What is at Twilio's end of a line: an announcement, a stream. */
export type FarEnd = {
  /** Takes the 20 ms that the caller has spoken, gives the next 20 ms for the caller's ear; undefined is silence. */
  exchange(spoken: Uint8Array, atMs: number): Uint8Array | undefined;
  press?(digit: string): void;
};

/** Whoever listens in on a line: to all sound, and to the keys of the phone. */
export type Listener = {
  sound?(spoken: Uint8Array, heard: Uint8Array): void;
  press?(digit: string): void;
};

/** The line between a phone and Twilio: 20 ms of sound each way, fifty times a second. */
export type Line = {
  /** Puts something at Twilio's end, in place of what was there. */
  connect(end: FarEnd): void;
  /** Takes it away again; nothing happens when something else is there by now. */
  disconnect(end: FarEnd): void;
  /** Lets somebody listen in, whatever is at Twilio's end; what it gives stops that. */
  listen(listener: Listener): () => void;
  /** The present in ms of the call, as the phone counts them: 0 is when its first sound began to pass. */
  nowMs(): number;
  /**
   * Brings sound up to the present, or to an earlier time of the clock, should the machine be late. To be called before
   * anything that depends on time.
   */
  catchUp(untilMs?: number): void;
  /** Ends the call; the phone is told. */
  close(): void;
};

/**
 * Opens a line to a phone that was picked up. What the caller speaks in one 20 ms reaches Twilio's end when they are
 * over. `onHangUp` is called when the phone hangs up; the line is closed then.
 */
export function openLine(clock: Clock, phone: Phone, onHangUp: () => void): Line {
  let farEnd: FarEnd | undefined;
  const listeners = new Set<Listener>();
  let spoken = silentFrame;
  let isOpen = true;
  const firstSoundMs = clock.nowMs() + frameMs;

  const beat = ticker(clock, frameMs, (atMs) => {
    const heard = farEnd?.exchange(spoken, atMs) ?? silentFrame;
    for (const listener of listeners) listener.sound?.(spoken, heard);
    const turn = phone.pass(heard);
    spoken = turn.speech;
    for (const digit of turn.digits) press(digit);
    if (!turn.hungUp) return;
    stop();
    onHangUp();
  });

  function press(digit: string): void {
    farEnd?.press?.(digit);
    for (const listener of listeners) listener.press?.(digit);
  }

  function stop(): void {
    isOpen = false;
    beat.stop();
  }

  return {
    connect(end) {
      farEnd = end;
    },
    disconnect(end) {
      if (farEnd === end) farEnd = undefined;
    },
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    nowMs: () => clock.nowMs() - firstSoundMs,
    catchUp: (untilMs) => beat.catchUp(untilMs),
    close() {
      if (!isOpen) return;
      stop();
      phone.disconnected();
    },
  };
}
