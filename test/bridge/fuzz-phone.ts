import type { Effect } from "../../worker/bridge/effects.ts";
import type { Random } from "./random.ts";

type Queued = { kind: "audio"; itemId: string; leftMs: number } | { kind: "mark"; name: string };

/** What the phone had really played of an item, in milliseconds, and of which nothing more will come. */
export type FuzzPhone = {
  /** An order of the bridge leaves for the phone now. */
  order(effect: Effect, nowMs: number): void;
  /** Time has come to `nowMs`: plays, and gives the marks whose echoes have arrived at the bridge by now. */
  advance(nowMs: number): string[];
  /** How much of an item was played up to when the last clear took effect. Valid once that clear has arrived. */
  heardMs(itemId: string): number;
  /** The time until all that is under way has arrived, in milliseconds. */
  readonly settleMs: number;
};

/**
 * A phone at a distance, written for the fuzz alone and knowing nothing of the ledger: plays in frames of 20 ms on a
 * tick of its own, `oneWayMs` away in each direction.
 */
export function fuzzPhone(oneWayMs: number, dice: Random): FuzzPhone {
  const arriving: { atMs: number; effect: Effect }[] = [];
  const echoes: { atMs: number; name: string }[] = [];
  const heard = new Map<string, number>();
  let queue: Queued[] = [];
  let tickMs = dice.next() * 20;

  function arrive(effect: Effect, atMs: number): void {
    if (effect.type === "caller.play") {
      const [itemId = "", durationMs = "0"] = effect.payload.split("/");
      queue.push({ kind: "audio", itemId, leftMs: Number(durationMs) });
    } else if (effect.type === "caller.mark") {
      if (queue.length === 0) echo(effect.name, atMs);
      else queue.push({ kind: "mark", name: effect.name });
    } else if (effect.type === "caller.clear") {
      for (const entry of queue) if (entry.kind === "mark") echo(entry.name, atMs);
      queue = [];
    }
  }

  function echo(name: string, atMs: number): void {
    echoes.push({ atMs: atMs + oneWayMs, name });
  }

  function playFrame(atMs: number): void {
    let frameMs = 20;
    for (let head = queue[0]; head !== undefined; head = queue[0]) {
      if (head.kind === "mark") {
        // Reached within this tick's frame only when the frame before was its last.
        if (frameMs < 20) return;
        echo(head.name, atMs);
        queue.shift();
        continue;
      }
      if (frameMs === 0) return;
      const playedMs = Math.min(frameMs, head.leftMs);
      heard.set(head.itemId, (heard.get(head.itemId) ?? 0) + playedMs);
      frameMs -= playedMs;
      head.leftMs -= playedMs;
      if (head.leftMs <= 0) queue.shift();
    }
  }

  return {
    order: (effect, nowMs) => void arriving.push({ atMs: nowMs + oneWayMs, effect }),
    advance(nowMs) {
      for (;;) {
        const next = arriving[0];
        const isOrderNext = next !== undefined && next.atMs <= tickMs;
        if ((isOrderNext ? next.atMs : tickMs) > nowMs) break;
        if (isOrderNext) {
          arriving.shift();
          arrive(next.effect, next.atMs);
        } else {
          playFrame(tickMs);
          tickMs += 20;
        }
      }
      const back: string[] = [];
      while (echoes[0] !== undefined && echoes[0].atMs <= nowMs) back.push(echoes.shift()?.name ?? "");
      return back;
    },
    heardMs: (itemId) => heard.get(itemId) ?? 0,
    settleMs: 2 * oneWayMs + 40,
  };
}
