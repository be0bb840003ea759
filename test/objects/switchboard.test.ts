import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { Switchboard } from "../../worker/switchboard.ts";

declare global {
  namespace Cloudflare {
    interface Env {
      SWITCHBOARD: DurableObjectNamespace<Switchboard>;
    }
  }
}

const hourMs = 3_600_000;

describe("the switchboard's alarm", () => {
  afterEach(() => void vi.useRealTimers());

  test("deletes the wishes after four hours and the call after a day, and then rests", async () => {
    const switchboard = env.SWITCHBOARD.getByName("switchboard");
    vi.useFakeTimers({ toFake: ["Date"] });
    const startMs = Date.now();
    const call = { intent: "1", to: "+12025550123", from: "+14155550100", machineDetection: false, timeLimitS: 60 };
    const wishes = { assistant: undefined, parameters: { name: "Ada" }, greeting: undefined };
    await runInDurableObject(switchboard, (object) =>
      object.admitOutbound({ ...call, ...wishes, idempotencyKey: undefined }),
    );
    const rows = (): Promise<unknown[]> =>
      runInDurableObject(switchboard, (_, { storage }) =>
        storage.sql.exec("SELECT number, wishes FROM outbound").toArray(),
      );
    const alarmAtMs = (): Promise<number | null> =>
      runInDurableObject(switchboard, (_, { storage }) => storage.getAlarm());

    expect(await rows()).toEqual([{ number: call.to, wishes: expect.stringContaining("Ada") }]);
    expect(await alarmAtMs()).toBe(startMs + 4 * hourMs);
    vi.setSystemTime(startMs + 4 * hourMs);
    expect(await runDurableObjectAlarm(switchboard)).toBe(true);
    expect(await rows()).toEqual([{ number: call.to, wishes: null }]);
    expect(await alarmAtMs()).toBe(startMs + 24 * hourMs);
    vi.setSystemTime(startMs + 24 * hourMs);
    expect(await runDurableObjectAlarm(switchboard)).toBe(true);
    expect([await rows(), await alarmAtMs()]).toEqual([[], null]);
  });
});
