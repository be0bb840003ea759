import { describe, expect, test } from "vitest";
import { hourMs, hourly, leadMs, nextIsReady, oneTurn, turnOf, until } from "./hourly-line.ts";
import { type Line, audio, kinds, only, responseStarted } from "./line.ts";

const drop = { type: "model.closed", code: 1006, reason: "" } as const;

describe("a session that is lost while the next one", () => {
  test("is ready: that is taken at once, and goes on from the sentence that was cut off", () => {
    const call = hourly();
    until(call, leadMs);
    call.happens({ type: "next.opened" });
    call.happens(responseStarted());
    call.happens(audio("a", 3_000));
    call.happens({ type: "next.ready", expiresAtMs: 2 * hourMs });
    const lost = call.happens(drop);
    expect(kinds(lost)).toContain("model.swap");
    expect(kinds(lost)).not.toContain("model.open");
    expect(only(lost, "model.add-text").map(({ text }) => text)).toEqual([expect.stringContaining("cut off")]);
    expect(only(lost, "model.create-response")).toHaveLength(1);
    call.wait(5_000);
    expect(call.bridge.follow).toBeUndefined();
  });

  test("says nothing: the next one is taken, and watched in its turn", () => {
    const call = hourly({ watch: { framesMs: 10 * hourMs, modelMs: 8_000 } });
    for (let atMs = 5_000; atMs < leadMs; atMs += 5_000) {
      until(call, atMs);
      call.happens({ type: "model.ready" });
    }
    until(call, leadMs);
    call.happens({ type: "next.opened" });
    call.happens(responseStarted());
    call.happens(audio("a", 60_000));
    call.happens({ type: "next.ready", expiresAtMs: 2 * hourMs });
    expect(kinds(call.wait(10_200))).toContain("model.swap");
    call.happens(responseStarted("r2"));
    const probes = only(call.orders, "model.probe").length;
    call.wait(8_200);
    expect(only(call.orders, "model.probe")).toHaveLength(probes + 1);
  });

  test("is only being opened: another one is dialled, as ever, and what was to follow is forgotten", () => {
    const call = hourly();
    until(call, leadMs);
    call.happens({ type: "next.opened" });
    expect(kinds(call.happens(drop))).toContain("model.open");
    call.happens({ type: "next.ready", expiresAtMs: 2 * hourMs });
    call.happens({ type: "model.opened" });
    call.happens({ type: "model.ready", expiresAtMs: 2 * hourMs });
    call.wait(5_000);
    expect(kinds(call.orders)).not.toContain("model.swap");
    expect(call.bridge.end).toBeUndefined();
  });
});

describe("a next session that cannot be had", () => {
  test("is tried again after five seconds, as long as there is time", () => {
    const call = hourly();
    until(call, leadMs);
    call.happens({ type: "next.failed" });
    expect(kinds(call.wait(4_999))).not.toContain("model.open-next");
    expect(kinds(call.wait(1))).toContain("model.open-next");
    call.happens({ type: "next.opened" });
    call.happens({ type: "next.ready", expiresAtMs: 2 * hourMs });
    expect(kinds(call.wait(200))).toContain("model.swap");
  });

  test("or is lost again before its time, is told anew", () => {
    const call = hourly();
    nextIsReady(call);
    call.happens({ type: "next.failed" });
    oneTurn(call, "one");
    call.wait(5_000);
    const [configured] = only(call.happens({ type: "next.opened" }), "model.configure");
    expect(configured?.history).toEqual(turnOf("one"));
  });

  test("costs the call nothing: it is lost with its session, and has another", () => {
    const call = hourly();
    until(call, leadMs);
    call.happens({ type: "next.failed" });
    expect(kinds(call.happens({ type: "model.closed", code: 1000, reason: "session_expired" }))).toContain(
      "model.open",
    );
    expect(call.bridge.end).toBeUndefined();
  });
});

describe("a call that ends meanwhile", () => {
  test.each<[string, (call: Line) => void]>([
    ["is being opened", (call) => void until(call, leadMs)],
    ["waits for a quiet moment", (call) => void nextIsReady(call)],
    [
      "has failed",
      (call) => {
        until(call, leadMs);
        call.happens({ type: "next.failed" });
      },
    ],
  ])("while the next session %s leaves no timer", (_, happens) => {
    const call = hourly();
    happens(call);
    expect(kinds(call.happens({ type: "stream.stopped" }))).toContain("model.close");
    expect(call.armedTimers).toEqual([]);
    call.happens({ type: "next.opened" });
    call.happens({ type: "next.ready", expiresAtMs: 2 * hourMs });
    expect(kinds(call.wait(hourMs))).toEqual([]);
  });
});
