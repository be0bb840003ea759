import { describe, expect, test } from "vitest";
import { CallerEar } from "../../worker/bridge/caller-ear.ts";

const nothing = Number.NEGATIVE_INFINITY;

/** Listens for so long to one level; gives what was found, and after how many milliseconds. */
function listen(ear: CallerEar, durationMs: number, levelDb: number, echoDb = nothing): [string, number][] {
  return Array.from({ length: durationMs / 20 }, (_, index): [string | undefined, number] => [
    ear.hear({ levelDb, durationMs: 20 }, echoDb),
    (index + 1) * 20,
  ]).flatMap(([found, atMs]) => (found === undefined ? [] : [[found, atMs]]));
}

describe("the ear for callers whose model reports nothing", () => {
  test("finds speech after 100 ms of it, and its end after half a second of silence", () => {
    const ear = new CallerEar();
    expect(listen(ear, 1_000, -70)).toEqual([]);
    expect(listen(ear, 1_000, -25)).toEqual([["started", 100]]);
    expect(listen(ear, 1_000, -70)).toEqual([["stopped", 500]]);
  });

  test("does not take a click for speech, nor a pause for the end", () => {
    const ear = new CallerEar(700);
    expect(listen(ear, 80, -20)).toEqual([]);
    expect(listen(ear, 1_000, -70)).toEqual([]);
    listen(ear, 400, -25);
    expect(listen(ear, 600, -70)).toEqual([]);
    expect(listen(ear, 400, -25)).toEqual([]);
    expect(ear.isSpeaking).toBe(true);
  });

  test("learns a loud line, and hears a caller above it", () => {
    const ear = new CallerEar();
    const found = listen(ear, 30_000, -38);
    expect(found.map(([what]) => what)).toEqual(["started", "stopped"]);
    expect(listen(ear, 30_000, -38)).toEqual([]);
    expect(listen(ear, 1_000, -20)).toEqual([["started", 100]]);
    expect(listen(ear, 1_000, -38)).toEqual([["stopped", 500]]);
  });

  test("hears a caller who goes on for a minute without a pause to the end", () => {
    const ear = new CallerEar();
    expect(listen(ear, 60_000, -20)).toEqual([["started", 100]]);
  });

  test("does not take the agent's echo for the caller, and hears one who is louder", () => {
    const ear = new CallerEar();
    expect(listen(ear, 2_000, -35, -20)).toEqual([]);
    expect(listen(ear, 1_000, -22, -20)).toEqual([["started", 100]]);
  });
});
