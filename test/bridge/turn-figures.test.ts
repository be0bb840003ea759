import { describe, expect, test } from "vitest";
import { TurnFigures } from "../../worker/bridge/turn-figures.ts";

/** The caller speaks until `endMs`, and hears the answer `earTimeMs` later. */
function exchange(figures: TurnFigures, endMs: number, earTimeMs: number): void {
  figures.callerStarted(endMs - 1000);
  figures.turnEnded();
  figures.callerStopped(endMs + 500, 500);
  figures.agentAudioSent(endMs + earTimeMs);
  figures.agentFirstHeard(endMs + earTimeMs);
}

/** A call of as many turns, each with this ear time. */
function callWith(earTimesMs: number[]): TurnFigures {
  const figures = new TurnFigures();
  earTimesMs.forEach((earTimeMs, index) => exchange(figures, (index + 1) * 10_000, earTimeMs));
  figures.turnEnded();
  return figures;
}

describe("the figures of a turn", () => {
  test("the wait begins when the caller really fell silent, before that silence was found out", () => {
    const figures = new TurnFigures();
    figures.callerStarted(1000);
    figures.callerStopped(3000, 450);
    figures.agentAudioSent(3300);
    figures.agentAudioSent(3320);
    figures.agentFirstHeard(3400.4);
    expect(figures.turnEnded()).toEqual({ earTimeMs: 850, sentAfterMs: 750, bargeIns: [], toolMs: [] });
  });

  test("only the first audio of the turn counts: a second response is no second wait", () => {
    const figures = new TurnFigures();
    figures.callerStopped(1000, 0);
    figures.agentFirstHeard(1500);
    figures.agentFirstHeard(9000);
    expect(figures.turnEnded()?.earTimeMs).toBe(500);
  });

  test("a greeting is a turn that nobody waited for", () => {
    const figures = new TurnFigures();
    figures.agentAudioSent(100);
    figures.agentFirstHeard(120);
    expect(figures.turnEnded()).toEqual({ earTimeMs: undefined, sentAfterMs: undefined, bargeIns: [], toolMs: [] });
  });

  test("a caller who speaks on before any answer was heard is in the same turn, and waits from the last word", () => {
    const figures = new TurnFigures();
    figures.callerStopped(1000, 200);
    figures.agentAudioSent(1100);
    figures.callerStarted(1150);
    expect(figures.turnEnded()).toBeUndefined();
    figures.callerStopped(3000, 200);
    figures.agentAudioSent(3100);
    figures.agentFirstHeard(3200);
    expect(figures.turnEnded()).toMatchObject({ earTimeMs: 400, sentAfterMs: 300 });
    expect(figures.summary().turns).toBe(1);
  });

  test("what is heard of an older answer after the caller began again is not the answer", () => {
    const figures = new TurnFigures();
    figures.callerStopped(1000, 0);
    figures.callerStarted(1200);
    figures.agentFirstHeard(1300);
    figures.callerStopped(2000, 500);
    figures.agentFirstHeard(1400);
    figures.agentFirstHeard(2100);
    expect(figures.turnEnded()?.earTimeMs).toBe(600);
  });

  test("that an answer had been heard may be learnt when the caller already speaks over it", () => {
    const figures = new TurnFigures();
    figures.callerStopped(1000, 0);
    figures.callerStarted(1900);
    figures.agentFirstHeard(1800);
    expect(figures.turnEnded()?.earTimeMs).toBe(800);
  });

  test("a cough during the answer does not move the ear time", () => {
    const figures = new TurnFigures();
    exchange(figures, 2000, 700);
    figures.callerStarted(4000);
    figures.callerStopped(4600, 500);
    figures.agentFirstHeard(6000);
    expect(figures.turnEnded()?.earTimeMs).toBe(700);
  });

  test("a barge-in says how long the answer had been heard, and how much of it was cut", () => {
    const figures = new TurnFigures();
    exchange(figures, 2000, 800);
    figures.callerStarted(4000);
    figures.interrupted(4000, 2345.6);
    expect(figures.turnEnded()).toMatchObject({ earTimeMs: 800, bargeIns: [{ afterMs: 1200, cutMs: 2346 }] });
  });

  test("an answer that was cut before its first word was no answer: the wait goes on", () => {
    const figures = new TurnFigures();
    figures.callerStopped(1000, 0);
    figures.agentAudioSent(1400);
    figures.agentFirstHeard(1500); // Foretold: it is on its way.
    figures.callerStarted(1450);
    figures.interrupted(1450, 3000);
    expect(figures.turnEnded()).toBeUndefined();
    figures.callerStopped(2000, 0);
    figures.agentFirstHeard(2300);
    expect(figures.turnEnded()).toMatchObject({ earTimeMs: 300, bargeIns: [{ afterMs: undefined, cutMs: 3000 }] });
  });

  test("tools are listed with how long each ran", () => {
    const figures = new TurnFigures();
    exchange(figures, 1000, 500);
    figures.toolRan(5000.2);
    figures.toolRan(12);
    expect(figures.turnEnded()?.toolMs).toEqual([5000, 12]);
  });

  test("where nothing was said no turn has ended", () => {
    const figures = new TurnFigures();
    expect(figures.turnEnded()).toBeUndefined();
    figures.callerStarted(1000);
    expect(figures.turnEnded()).toBeUndefined();
  });

  test("a turn is reported once", () => {
    const figures = new TurnFigures();
    exchange(figures, 1000, 500);
    expect(figures.turnEnded()).toBeDefined();
    expect(figures.turnEnded()).toBeUndefined();
  });
});

describe("the figures of a call", () => {
  test.each([
    [[640], 640, 640],
    [[900, 500], 500, 900],
    [[900, 500, 700], 700, 900],
    [Array.from({ length: 20 }, (_, index) => 100 * (20 - index)), 1000, 1900],
    [Array.from({ length: 100 }, (_, index) => index + 1), 50, 95],
  ])("of the ear times %j the median is %i and the 95th percentile %i", (earTimesMs, earTimeMsP50, earTimeMsP95) => {
    const { length } = earTimesMs;
    expect(callWith(earTimesMs).summary()).toMatchObject({
      turns: length,
      measuredTurns: length,
      earTimeMsP50,
      earTimeMsP95,
    });
  });

  test("without any turn there are no percentiles, not zeros", () => {
    expect(new TurnFigures().summary()).toEqual({
      turns: 0,
      measuredTurns: 0,
      earTimeMsP50: undefined,
      earTimeMsP95: undefined,
      bargeIns: 0,
      toolsRun: 0,
    });
  });

  test("a caller who hung up unanswered is a turn, and no measured one", () => {
    const figures = callWith([600]);
    figures.callerStarted(50_000);
    figures.callerStopped(52_000, 500);
    expect(figures.turnEnded()).toMatchObject({ earTimeMs: undefined });
    expect(figures.summary()).toMatchObject({ turns: 2, measuredTurns: 1, earTimeMsP50: 600, earTimeMsP95: 600 });
  });

  test("barge-ins and tools are counted over all turns, the one that runs included", () => {
    const figures = new TurnFigures();
    for (const endMs of [10_000, 20_000]) {
      exchange(figures, endMs, 500);
      figures.toolRan(100);
      figures.interrupted(endMs + 900, 50);
    }
    expect(figures.summary()).toMatchObject({ turns: 1, bargeIns: 2, toolsRun: 2 });
    figures.turnEnded();
    expect(figures.summary()).toMatchObject({ turns: 2, bargeIns: 2, toolsRun: 2 });
  });
});
