import { describe, expect, test } from "vitest";
import { Playback } from "../../worker/bridge/playback.ts";

/** A ledger whose phone is `oneWayMs` away in each direction, with the round trip measured. */
function ledger(oneWayMs: number): Playback {
  const playback = new Playback();
  const probe = playback.probe(0);
  playback.marked(probe, 2 * oneWayMs);
  return playback;
}

/** 8 s of audio, its mark at 1,000 ms echoed when the phone's time was 5,000 ms; interrupted at 3,000 ms of ours. */
function interrupted(): { playback: Playback; mark: string } {
  const playback = ledger(100);
  playback.sent("a", 400, 0);
  const mark = playback.sent("a", 1_000, 0) ?? "";
  playback.sent("a", 6_600, 0);
  playback.marked(mark, 1_600, 1_600, 5_000);
  const interruption = playback.interrupt(3_000);
  if (!interruption.wasPlaying) throw new Error("nothing was playing");
  return { playback, mark: interruption.mark };
}

describe("the ledger of what was heard", () => {
  test("a mark into an empty buffer measures the round trip", () => {
    expect(ledger(120).roundTripMs).toBe(240);
  });

  test("heard advances with the clock while audio is queued, and stops with it", () => {
    const playback = ledger(0);
    const mark = playback.sent("a", 300, 1000) ?? "";
    expect(playback.heardMs(1100)).toBe(100);
    playback.marked(mark, 1310);
    expect(playback.heardMs(2000)).toBe(300);
    playback.sent("a", 300, 2000);
    expect(playback.heardMs(2100)).toBe(400);
  });

  test("marks come behind the first audio, about once a second and at the end of each item, not with every delta", () => {
    const playback = ledger(0);
    const marks = Array.from({ length: 20 }, () => playback.sent("a", 400, 0)).filter((name) => name !== undefined);
    expect(marks).toHaveLength(7);
    expect(playback.ended("a")).toBe("1:a:8000:end");
  });

  test("an echoed end mark proves that the item was heard in full", () => {
    const playback = ledger(0);
    playback.sent("a", 500, 0);
    const name = playback.ended("a") ?? "";
    expect(playback.marked(name, 500)).toEqual({ heard: { itemId: "a", audioMs: 500 } });
    expect(playback.marked(name, 501)).toBeUndefined();
  });

  test("a position is reckoned as a clear sent now would find it, whatever the latency", () => {
    for (const oneWayMs of [0, 50, 150]) {
      const playback = ledger(oneWayMs);
      playback.sent("a", 5000, 1000);
      // The phone starts at 1000 + oneWay; a clear sent at 2500 arrives at 2500 + oneWay: 1500 were played by then.
      expect(playback.heardMs(2500)).toBe(1500);
    }
  });

  test("a phone that stalls is not believed to play on: the next mark has not come back", () => {
    const playback = ledger(20);
    for (let i = 0; i < 10; i += 1) playback.sent("a", 400, 0);
    expect(playback.heardMs(3000)).toBeLessThanOrEqual(1200 + 40 + 60);
  });

  test("a stalled phone's mark, when it comes, sets the position right at once", () => {
    const playback = ledger(0);
    const marks = Array.from({ length: 10 }, () => playback.sent("a", 400, 0)).filter((name) => name !== undefined);
    playback.marked(marks[0] ?? "", 410);
    playback.marked(marks[1] ?? "", 2600); // 1,600 ms of audio took 2,600 ms.
    expect(playback.heardMs(2700)).toBe(1700 + 10); // The frame that has begun is heard to its end: half of it, on average.
  });

  test("a cut is never longer than what was sent of the item", () => {
    const playback = ledger(0);
    playback.sent("a", 100.5, 0);
    playback.sent("b", 400, 0);
    expect(playback.interrupt(100)).toMatchObject({
      cuts: [
        { itemId: "a", audioEndMs: 100, sentMs: 100.5 },
        { itemId: "b", audioEndMs: 0, sentMs: 400 },
      ],
    });
  });

  describe("where an interruption cut, by the phone's own time", () => {
    test("between two echoes the phone has played as much as its time has advanced, whatever ours says", () => {
      const { playback, mark } = interrupted();
      expect(playback.marked(mark, 3_300, 3_300, 5_700)).toEqual({
        cuts: [{ itemId: "a", audioEndMs: 2_100 + 10, sentMs: 8_000 }],
      });
    });

    test("never more than was sent", () => {
      const { playback, mark } = interrupted();
      expect(playback.marked(mark, 3_300, 3_300, 95_000)).toEqual({ cuts: [] });
    });

    test("a phone that tells no time is reckoned with by ours", () => {
      const { playback, mark } = interrupted();
      expect(playback.marked(mark, 3_300)).toMatchObject({ cuts: [{ itemId: "a", sentMs: 8_000 }] });
    });

    test("an earlier interruption's echo tells nothing about a later one", () => {
      const { playback, mark } = interrupted();
      playback.sent("b", 4_000, 3_100);
      playback.interrupt(3_200);
      expect(playback.marked(mark, 3_300, 3_300, 5_700)).toBeUndefined();
    });
  });
});
