import { frameAt } from "../../phone/frames.ts";
import { dtmfTones } from "./dtmf-tones.ts";
import type { FarEnd, Line } from "./line.ts";

/**
 * Joins two lines: what is spoken into one is heard on the other, and the keys of one are tones on the other. Settles
 * when `signal` is aborted; what is at the lines' ends then is silence.
 */
export function bridge(one: Line, other: Line, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  const toOne = direction();
  const toOther = direction();
  const ends = [
    { line: one, end: bridgeEnd(toOther, other, toOne) },
    { line: other, end: bridgeEnd(toOne, one, toOther) },
  ];
  for (const { line, end } of ends) line.connect(end);
  return new Promise((resolve) => {
    const leave = (): void => {
      for (const { line, end } of ends) line.disconnect(end);
      resolve();
    };
    signal.addEventListener("abort", leave, { once: true });
  });
}

/** Sound on its way from one line to the other. A key drowns what is spoken while its tones last. */
type Direction = { take(spoken: Uint8Array): void; next(): Uint8Array | undefined; press(digit: string): void };

function direction(): Direction {
  const frames: Uint8Array[] = [];
  let tones: Uint8Array[] = [];
  return {
    take: (spoken) => void frames.push(spoken),
    next() {
      const spoken = frames.shift();
      return tones.shift() ?? spoken;
    },
    press(digit) {
      tones = [...tones, ...framesOf(dtmfTones(digit))];
    },
  };
}

function bridgeEnd(outward: Direction, far: Line, inward: Direction): FarEnd {
  return {
    exchange(spoken, atMs) {
      // Both lines have beats of their own: what the far one should have heard and said before this beat comes first,
      // so that a machine that is late tears no sound apart.
      far.catchUp(atMs);
      outward.take(spoken);
      return inward.next();
    },
    press: (digit) => outward.press(digit),
  };
}

function framesOf(sound: Uint8Array): Uint8Array[] {
  const frames: Uint8Array[] = [];
  for (let frame = frameAt(sound, 0); frame !== undefined; frame = frameAt(sound, frames.length)) frames.push(frame);
  return frames;
}
