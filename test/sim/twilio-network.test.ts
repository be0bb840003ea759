import { describe, expect, test } from "vitest";
import { type Clock, virtualClock } from "../../sim/clock.ts";
import { ticker } from "../../sim/twilio/line/ticker.ts";
import { delayedPeer, delayedWire } from "../../sim/network/delay.ts";
import { seededRandom } from "../../sim/network/random.ts";
import { skewedClock } from "../../sim/network/skew.ts";

function numbers(seed: number): number[] {
  const random = seededRandom(seed);
  return Array.from({ length: 1_000 }, random);
}

describe("a delayed wire", () => {
  test("delivers everything in order, within its delay and jitter, the close last", () => {
    const clock = virtualClock();
    const arrivals: Array<[string, number]> = [];
    const wire = delayedWire(
      {
        send: (text) => void arrivals.push([text, clock.nowMs()]),
        close: (code) => void arrivals.push([`close ${code}`, clock.nowMs()]),
      },
      clock,
      { delayMs: 30, jitterMs: 50 },
      seededRandom(7),
    );
    for (let count = 0; count < 50; count++) {
      wire.send(String(count));
      clock.advance(5);
    }
    wire.close(1000, "");
    clock.advance(1_000);
    expect(arrivals.map(([text]) => text)).toEqual([
      ...Array.from({ length: 50 }, (_, count) => String(count)),
      "close 1000",
    ]);
    const delays = arrivals.slice(0, 50).map(([, atMs], count) => atMs - count * 5);
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(30);
    expect(Math.max(...delays)).toBeLessThanOrEqual(80);
    expect(new Set(delays).size).toBeGreaterThan(10);
  });

  test("is the same for the same seed, and another for another", () => {
    expect(numbers(1)).toEqual(numbers(1));
    expect(numbers(1)).not.toEqual(numbers(2));
    expect(Math.min(...numbers(0))).toBeGreaterThanOrEqual(0);
    expect(Math.max(...numbers(0))).toBeLessThan(1);
    expect(numbers(3).reduce((sum, number) => sum + number, 0) / 1_000).toBeCloseTo(0.5, 1);
  });

  test("a delayed peer is told of the end after what was sent before it", () => {
    const clock = virtualClock();
    const told: unknown[] = [];
    const peer = delayedPeer(
      { receive: (message) => void told.push(message), closed: (code) => void told.push(code) },
      clock,
      { delayMs: 10, jitterMs: 0 },
      seededRandom(1),
    );
    peer.receive("a");
    peer.closed(1006, "");
    expect(told).toEqual([]);
    clock.advance(10);
    expect(told).toEqual(["a", 1006]);
  });
});

describe("ticks", () => {
  test("come one interval apart however late the machine is, and none is lost", () => {
    let nowMs = 0;
    const wakes: Array<() => void> = [];
    const beats: number[] = [];
    const clock: Clock = {
      nowMs: () => nowMs,
      after(_, task) {
        wakes.push(task);
        return { cancel: () => {} };
      },
    };
    ticker(clock, 20, (dueMs) => void beats.push(dueMs));
    for (const lateMs of [21, 45, 133]) {
      nowMs = lateMs;
      wakes.shift()?.();
    }
    expect(beats).toEqual([20, 40, 60, 80, 100, 120]);
  });

  test("can be brought up to the present by whoever depends on it", () => {
    let nowMs = 0;
    const beats: number[] = [];
    const beat = ticker(
      { nowMs: () => nowMs, after: () => ({ cancel: () => {} }) },
      20,
      (dueMs) => void beats.push(dueMs),
    );
    nowMs = 41;
    beat.catchUp();
    beat.catchUp();
    expect(beats).toEqual([20, 40]);
  });

  test("a timer of a clock that runs half as fast again is over in two thirds of the time", () => {
    const clock = virtualClock();
    const firedAt: number[] = [];
    skewedClock(clock, 500_000).after(30, () => void firedAt.push(clock.nowMs()));
    clock.advance(100);
    expect(firedAt).toEqual([20]);
  });

  test("of a clock that runs fast come earlier: 100 parts in a million are 6 ms a minute", () => {
    const clock = virtualClock();
    let count = 0;
    ticker(skewedClock(clock, 100), 20, () => void count++);
    clock.advance(59_993);
    expect(count).toBe(2_999);
    clock.advance(2);
    expect(count).toBe(3_000);
  });
});
