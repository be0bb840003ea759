import { describe, expect, test } from "vitest";
import { type Clock, virtualClock } from "../../sim/clock.ts";
import { type Phone, phone } from "../../sim/phone/phone.ts";
import { follow } from "../../sim/phone/script.ts";
import type { PhoneStep } from "../../sim/phone/step.ts";
import { bridge } from "../../sim/twilio/line/bridge.ts";
import { type Line, openLine } from "../../sim/twilio/line/line.ts";
import { hum, humming } from "../../sim/voice/hum.ts";

async function onLine(clock: Clock, script: PhoneStep[]): Promise<{ handset: Phone; line: Line }> {
  const handset = phone(await follow(script, humming));
  return { handset, line: openLine(clock, handset, () => {}) };
}

const heardBy = ({ recording }: Phone): Buffer => Buffer.from(recording.agent());

describe("two lines that are joined", () => {
  test("carry what each side says to the other, whole and within 40 ms", async () => {
    const clock = virtualClock();
    const one = await onLine(clock, [{ step: "say", text: "hello" }]);
    clock.advance(7);
    const other = await onLine(clock, [
      { step: "pause", ms: 300 },
      { step: "say", text: "goodbye" },
    ]);
    const joined = new AbortController();
    void bridge(one.line, other.line, joined.signal);
    clock.advance(2_000);
    const helloAtMs = heardBy(other.handset).indexOf(hum("hello", "caller")) / 8;
    expect(helloAtMs).toBeGreaterThanOrEqual(0);
    expect(helloAtMs).toBeLessThanOrEqual(40);
    const goodbyeAtMs = heardBy(one.handset).indexOf(hum("goodbye", "caller")) / 8;
    expect(goodbyeAtMs).toBeGreaterThanOrEqual(300);
    expect(goodbyeAtMs).toBeLessThanOrEqual(347);
  });

  test("lose nothing on a machine that stands still for a second", async () => {
    const inner = virtualClock();
    let frozenMs = 0;
    /** Timers fire late, and time has gone on by then. */
    const clock: Clock = {
      nowMs: () => inner.nowMs() + frozenMs,
      after: (delayMs, task) => inner.after(delayMs, task),
    };
    const one = await onLine(clock, [{ step: "say", text: "one two three four five" }]);
    inner.advance(7);
    const other = await onLine(clock, [{ step: "say", text: "six seven eight nine ten" }]);
    void bridge(one.line, other.line, new AbortController().signal);
    inner.advance(200);
    frozenMs = 1_000;
    inner.advance(1_000);
    expect(heardBy(other.handset).indexOf(hum("one two three four five", "caller"))).toBeGreaterThanOrEqual(0);
    expect(heardBy(one.handset).indexOf(hum("six seven eight nine ten", "caller"))).toBeGreaterThanOrEqual(0);
  });

  test("turn a key of one side into its tones on the other", async () => {
    const clock = virtualClock();
    const one = await onLine(clock, [{ step: "press", digits: "4#" }]);
    const other = await onLine(clock, [
      { step: "wait-for-digits", digits: "4#" },
      { step: "say", text: "yes" },
    ]);
    void bridge(one.line, other.line, new AbortController().signal);
    clock.advance(2_000);
    expect(heardBy(one.handset).indexOf(hum("yes", "caller"))).toBeGreaterThan(0);
  });

  test("are silent once they are parted", async () => {
    const clock = virtualClock();
    const one = await onLine(clock, [
      { step: "pause", ms: 200 },
      { step: "say", text: "hello" },
    ]);
    const other = await onLine(clock, []);
    const joined = new AbortController();
    const parted = bridge(one.line, other.line, joined.signal);
    clock.advance(100);
    joined.abort();
    await parted;
    clock.advance(1_000);
    expect(heardBy(other.handset).every((byte) => byte === 0xff)).toBe(true);
  });
});
