import { describe, expect, test } from "vitest";
import { virtualClock } from "../../sim/clock.ts";
import { faultyLink } from "../../sim/network/faulty-link.ts";
import type { LinkFault } from "../../sim/network/link-fault.ts";
import { seededRandom } from "../../sim/network/random.ts";

/** A link whose ends write down what reaches them, and when. */
function setUp() {
  const clock = virtualClock();
  const far: [what: string, atMs: number][] = [];
  const near: [what: string, atMs: number][] = [];
  const link = faultyLink(
    {
      send: (text) => void far.push([text, clock.nowMs()]),
      close: (code) => void far.push([`close ${code}`, clock.nowMs()]),
    },
    clock,
    seededRandom(1),
  );
  const peer = link.guard({
    receive: (message) => void near.push([String(message), clock.nowMs()]),
    closed: (code) => void near.push([`closed ${code}`, clock.nowMs()]),
  });
  return { clock, far, near, link, peer };
}

const everyFault: LinkFault[] = [
  { type: "drop" },
  { type: "close", code: 1011, reason: "" },
  { type: "stall", forMs: 100 },
  { type: "slow", delayMs: 10, jitterMs: 10, forMs: "ever" },
  { type: "corrupt", how: "cut" },
  { type: "duplicate" },
];

describe("a link that faults can befall", () => {
  test("is as if it were not there, without a fault", () => {
    const { clock, far, near, link, peer } = setUp();
    link.wire.send("a");
    peer.receive("b");
    peer.closed(1000, "");
    link.wire.send("too late");
    expect(far).toEqual([["a", 0]]);
    expect(near).toEqual([
      ["b", 0],
      ["closed 1000", 0],
    ]);
    expect(clock.pendingCount()).toBe(0);
  });

  test.each<[LinkFault, number]>([
    [{ type: "drop" }, 1006],
    [{ type: "close", code: 1011, reason: "oops" }, 1011],
  ])("%o ends it for both ends, once, and nothing passes any more", (fault, code) => {
    const { far, near, link, peer } = setUp();
    link.befall(fault);
    link.befall(fault);
    link.wire.send("a");
    peer.receive("b");
    peer.closed(code, "");
    expect(far).toEqual([[`close ${code}`, 0]]);
    expect(near).toEqual([[`closed ${code}`, 0]]);
  });

  test("stalls both ways, and then everything comes at once and in order", () => {
    const { clock, far, near, link, peer } = setUp();
    link.befall({ type: "stall", forMs: 500 });
    for (const text of ["1", "2", "3"]) {
      link.wire.send(text);
      peer.receive(text);
      clock.advance(100);
    }
    expect([far, near]).toEqual([[], []]);
    clock.advance(1_000);
    const all = ["1", "2", "3"].map((text) => [text, 500]);
    expect([far, near]).toEqual([all, all]);
    link.wire.send("4");
    expect(far.at(-1)).toEqual(["4", 1_300]);
  });

  test("may stall for ever, its own close included; when the other end goes, what it had sent comes first", () => {
    const { clock, far, near, link, peer } = setUp();
    link.befall({ type: "stall", forMs: "ever" });
    link.wire.send("a");
    link.wire.close(1000, "");
    peer.receive("b");
    clock.advance(1_000_000);
    expect([far, near]).toEqual([[], []]);
    peer.closed(1006, "");
    expect(near.map(([what]) => what)).toEqual(["b", "closed 1006"]);
    expect(clock.pendingCount()).toBe(0);
  });

  test("is slow for a while, within its delay and jitter, and nothing overtakes anything", () => {
    const { clock, far, near, link, peer } = setUp();
    link.befall({ type: "slow", delayMs: 100, jitterMs: 50, forMs: 1_000 });
    const texts = Array.from({ length: 100 }, (_, index) => String(index));
    for (const text of texts) {
      link.wire.send(text);
      peer.receive(text);
      clock.advance(20);
    }
    clock.advance(1_000);
    for (const arrivals of [far, near]) {
      expect(arrivals.map(([text]) => text)).toEqual(texts);
      const delaysMs = arrivals.map(([text, atMs]) => atMs - Number(text) * 20);
      const slow = delaysMs.slice(0, 50);
      expect(Math.min(...slow)).toBeGreaterThanOrEqual(99);
      expect(Math.max(...slow)).toBeLessThanOrEqual(150);
      expect(new Set(slow).size).toBeGreaterThan(10);
      expect(new Set(delaysMs.slice(60))).toEqual(new Set([0]));
    }
    expect(clock.pendingCount()).toBe(0);
  });

  test("cuts a message, or garbles it, and the next one is whole", () => {
    const { far, near, link, peer } = setUp();
    const text = '{"type":"response.output_audio.delta","delta":"AAAA"}';
    link.befall({ type: "corrupt", how: "cut" });
    link.befall({ type: "corrupt", how: "garbled", way: "received", count: 2 });
    for (let count = 0; count < 3; count++) {
      link.wire.send(text);
      peer.receive(text);
    }
    expect(far.map(([what]) => what)).toEqual([text.slice(0, 26), text, text]);
    const heard = near.map(([what]) => what);
    expect(heard[2]).toBe(text);
    for (const each of heard.slice(0, 2)) {
      expect(each).not.toBe(text);
      expect(each).toHaveLength(text.length);
    }
  });

  test("sends a message twice, and bytes as they are", () => {
    const { far, near, link, peer } = setUp();
    link.befall({ type: "duplicate" });
    link.befall({ type: "duplicate", way: "received" });
    link.wire.send("a");
    link.wire.send("b");
    peer.receive(new Uint8Array([1]));
    peer.receive("c");
    expect(far.map(([what]) => what)).toEqual(["a", "a", "b"]);
    expect(near.map(([what]) => what)).toEqual(["1", "c", "c"]);
  });

  test.each(everyFault)("after %o, its end leaves no timer", (fault) => {
    const { clock, link, peer } = setUp();
    link.befall(fault);
    link.wire.send("a");
    peer.receive("b");
    link.befall({ type: "drop" });
    expect(clock.pendingCount()).toBe(0);
  });
});
