import type { Clock, Timer } from "../clock.ts";
import type { Peer, Wire } from "../wire.ts";
import { cut, garbled } from "./corrupt.ts";
import { type Lane, lane } from "./lane.ts";
import type { LinkFault, Way } from "./link-fault.ts";

/** A connection that faults can befall, between a stand-in and its wire. */
export type FaultyLink = {
  /** What the stand-in talks into. */
  wire: Wire;
  /** Gives what is to be told what the wire's other end says, in the place of the stand-in itself. */
  guard(peer: Peer): Peer;
  /** Befalls it, at once. Nothing happens when the connection is over. */
  befall: (fault: LinkFault) => void;
};

type Spoiling = { left: number; spoil: (text: string) => string[] };

/** A link without a fault so far: it is as if it were not there. `random` gives numbers from 0 up to 1. */
export function faultyLink(wire: Wire, clock: Clock, random: () => number): FaultyLink {
  const lanes: Record<Way, Lane> = { sent: lane(clock, random), received: lane(clock, random) };
  const spoilings: Record<Way, Spoiling[]> = { sent: [], received: [] };
  const mendings: Timer[] = [];
  let told: Peer | undefined;
  let isOver = false;

  const bothLanes = (act: (each: Lane) => void): void => Object.values(lanes).forEach(act);

  /** What becomes of a message: itself, unless it is spoiled. */
  function spoiled(way: Way, text: string): string[] {
    const [spoiling] = spoilings[way];
    if (spoiling === undefined) return [text];
    spoiling.left -= 1;
    if (spoiling.left <= 0) spoilings[way].shift();
    return spoiling.spoil(text);
  }

  function over(): void {
    isOver = true;
    bothLanes((each) => each.end());
    for (const mending of mendings) mending.cancel();
  }

  /** The connection is gone, for both ends. */
  function breakOff(code: number, reason: string): void {
    over();
    wire.close(code, reason);
    told?.closed(code, reason);
  }

  function afterwards(forMs: number | "ever", mend: () => void): void {
    if (forMs !== "ever") mendings.push(clock.after(forMs, mend));
  }

  function spoilNext(spoil: Spoiling["spoil"], { way = "sent", count = 1 }: { way?: Way; count?: number }): void {
    spoilings[way].push({ left: count, spoil });
  }

  return {
    wire: {
      send(text) {
        if (!isOver) lanes.sent.put(() => spoiled("sent", text).forEach((each) => wire.send(each)));
      },
      close(code, reason) {
        if (isOver) return;
        lanes.sent.put(() => {
          over();
          wire.close(code, reason);
        });
      },
    },
    guard(peer) {
      told = peer;
      return {
        receive(message) {
          if (isOver) return;
          const pieces = (): (string | Uint8Array)[] =>
            typeof message === "string" ? spoiled("received", message) : [message];
          lanes.received.put(() => pieces().forEach((each) => peer.receive(each)));
        },
        // Nobody is left to be kept waiting: what was held back comes first, and then the end.
        closed(code, reason) {
          if (isOver) return;
          lanes.received.slow(undefined);
          lanes.received.release();
          lanes.received.put(() => {
            over();
            peer.closed(code, reason);
          });
        },
      };
    },
    befall(fault) {
      if (isOver) return;
      switch (fault.type) {
        case "drop":
          return breakOff(1006, "");
        case "close":
          return breakOff(fault.code, fault.reason);
        case "stall":
          bothLanes((each) => each.hold());
          return afterwards(fault.forMs, () => bothLanes((each) => each.release()));
        case "slow":
          bothLanes((each) => each.slow(fault));
          return afterwards(fault.forMs, () => bothLanes((each) => each.slow(undefined)));
        case "corrupt":
          return spoilNext((text) => [fault.how === "cut" ? cut(text) : garbled(text, random)], fault);
        case "duplicate":
          return spoilNext((text) => [text, text], fault);
      }
    },
  };
}
