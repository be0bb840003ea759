import type { LinkFault, Way } from "../../sim/network/link-fault.ts";
import { type Random, random } from "../../test/bridge/random.ts";
import type { Blow } from "./blow.ts";

/** A blow at a moment of the run, to whatever call is on that line then. */
export type PlannedBlow = { atMs: number; line: number; blow: Blow };

export type BlowPlan = {
  seed: number;
  durationMs: number;
  lineCount: number;
  /** Only kinds whose name begins so. */
  only?: string;
};

/** Before the first blow everybody has a moment of peace: what an undisturbed answer takes is measured there, too. */
const peaceMs = 12_000;
const leastPauseMs = 12_000;
const longestPauseMs = 24_000;

/**
 * Every kind in turn, by chance, so that each has come before one comes again. The same seed gives the same plan.
 *
 * @throws Error when there is no such kind.
 */
export function blowPlan({ seed, durationMs, lineCount, only = "" }: BlowPlan): PlannedBlow[] {
  const dice = random(seed);
  const chosen = Object.entries(kinds).flatMap(([kind, make]) => (kind.startsWith(only) ? [make] : []));
  if (chosen.length === 0) throw new Error(`No kind of blow begins with "${only}": ${Object.keys(kinds).join(", ")}`);
  const moments = Array.from({ length: lineCount }, (_, line) => momentsOf(dice, line, durationMs)).flat();
  const next = fromBag(dice, chosen);
  return moments.toSorted((a, b) => a.atMs - b.atMs).map((moment) => ({ ...moment, blow: next() }));
}

function momentsOf(dice: Random, line: number, durationMs: number): Omit<PlannedBlow, "blow">[] {
  const moments: Omit<PlannedBlow, "blow">[] = [];
  let atMs = peaceMs + dice.between(0, leastPauseMs);
  while (atMs < durationMs) {
    moments.push({ atMs, line });
    atMs += dice.between(leastPauseMs, longestPauseMs);
  }
  return moments;
}

/** Draws every kind once, in an order by chance, then every kind again. */
function fromBag(dice: Random, makes: readonly Make[]): () => Blow {
  let bag: Make[] = [];
  return function draw(): Blow {
    const [make] = bag.splice(dice.between(0, bag.length - 1), 1);
    if (make !== undefined) return make(dice);
    bag = [...makes];
    return draw();
  };
}

type Make = (dice: Random) => Blow;

const onModel =
  (make: (dice: Random) => LinkFault) =>
  (dice: Random): Blow => ({ on: "model", fault: make(dice) });
const onStream =
  (make: (dice: Random) => LinkFault) =>
  (dice: Random): Blow => ({ on: "stream", fault: make(dice) });

const drop = (): LinkFault => ({ type: "drop" });
const close = (dice: Random): LinkFault => ({ type: "close", code: dice.pick([1001, 1011, 1012, 1013]), reason: "" });
const stall = (dice: Random): LinkFault => ({ type: "stall", forMs: dice.between(500, 6_000) });
const stallForEver = (): LinkFault => ({ type: "stall", forMs: "ever" });
const slow = (dice: Random): LinkFault => ({
  type: "slow",
  delayMs: dice.between(50, 300),
  jitterMs: dice.between(0, 200),
  forMs: dice.between(2_000, 8_000),
});
const corrupt =
  (ways: readonly [Way, ...Way[]]) =>
  (dice: Random): LinkFault => ({
    type: "corrupt",
    how: dice.pick(["cut", "garbled"]),
    way: dice.pick(ways),
    count: dice.between(1, 3),
  });
const duplicate =
  (ways: readonly [Way, ...Way[]]) =>
  (dice: Random): LinkFault => ({
    type: "duplicate",
    way: dice.pick(ways),
    count: dice.between(1, 3),
  });

const bothWays: readonly [Way, ...Way[]] = ["sent", "received"];

/** What the Worker sends into a stream is what the phone plays: doubled behind its back, it is heard twice, rightly. */
const kinds: Readonly<Record<string, Make>> = {
  "model drop": onModel(drop),
  "model close": onModel(close),
  "model stall": onModel(stall),
  "model stall for ever": onModel(stallForEver),
  "model slow": onModel(slow),
  "model corrupt": onModel(corrupt(bothWays)),
  "model duplicate": onModel(duplicate(bothWays)),
  "stream drop": onStream(drop),
  "stream close": onStream(close),
  "stream stall": onStream(stall),
  "stream stall for ever": onStream(stallForEver),
  "stream slow": onStream(slow),
  "stream corrupt": onStream(corrupt(bothWays)),
  "stream duplicate": onStream(duplicate(["sent"])),
  "worker abort": () => ({ on: "worker", fault: { fault: "abort" } }),
  "worker drop-model": () => ({ on: "worker", fault: { fault: "drop-model" } }),
  "worker drop-stream": () => ({ on: "worker", fault: { fault: "drop-stream" } }),
  "worker skew-clock": (dice) => ({
    on: "worker",
    fault: { fault: "skew-clock", byMs: dice.pick([-1, 1]) * dice.between(200, 5_000) },
  }),
};
