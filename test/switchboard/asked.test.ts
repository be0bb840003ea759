import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { asked } from "../../worker/asked.ts";

const after = <Answer>(ms: number, answer: () => Answer): Promise<Answer> =>
  new Promise<void>((resolve) => setTimeout(resolve, ms)).then(answer);

describe("a question to the switchboard, with somebody on the line", () => {
  const log = vi.fn();
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => {
    // Whatever came of it, nothing is waited for any more.
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
    log.mockClear();
  });

  test("takes an answer that comes in time", async () => {
    const answer = asked(
      after(999, () => "busy"),
      "admit",
      log,
    );
    await vi.advanceTimersByTimeAsync(999);
    expect(await answer).toBe("busy");
    expect(log).not.toHaveBeenCalled();
  });

  test("goes on without one after a second, and a late word changes nothing", async () => {
    const lateFailure = after(5000, () => {
      throw new Error("gone");
    });
    const answer = asked(lateFailure, "admit", log);
    await vi.advanceTimersByTimeAsync(1000);
    expect(await Promise.race([answer, Promise.resolve("still waiting")])).toBe("admit");
    await vi.advanceTimersByTimeAsync(4000);
    expect(log.mock.calls).toEqual([["switchboard.away", { reason: "Error: no answer in 1000 ms" }]]);
  });

  test("goes on at once when it fails", async () => {
    expect(await asked(Promise.reject(new Error("reset")), "admit", log)).toBe("admit");
    expect(log.mock.calls).toEqual([["switchboard.away", { reason: "Error: reset" }]]);
  });
});
