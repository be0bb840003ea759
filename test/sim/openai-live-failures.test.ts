import { describe, expect, it } from "vitest";
import type { Fault } from "../../sim/openai/scenario.ts";
import { liveClient, phoneStart } from "./live-client.ts";

const start = { type: "session.start", session: phoneStart, event_id: "start-1" };

describe("a Live session that does not start", () => {
  it.each(["credit_balance_exhausted", "forbidden", "insufficient_quota"])(
    "may answer with %s, and stays open without a session",
    async (code) => {
      const error = { type: "invalid_request_error", code, message: "No." };
      const client = liveClient({ faults: [{ type: "refuse-start", error }] });
      client.send(start);
      await client.stayQuiet(200);
      const [first, ...later] = client.all("error").map((event) => event.error);
      expect(first).toEqual({ ...error, client_event_id: "start-1" });
      expect(new Set(later.map((each) => each.code))).toEqual(new Set(["invalid_event"]));
      expect(client.session.config()).toBeUndefined();
      expect(client.closed()).toBeUndefined();
    },
  );

  it("may never answer", async () => {
    const client = liveClient({ faults: [{ type: "hold-session-started", forMs: "ever" }] });
    client.send(start);
    await client.run(60_000);
    expect(client.events).toEqual([]);
    client.session.closed(1000, "");
    expect(client.clock.pendingCount()).toBe(0);
  });

  it("says nothing of its own accord to a client that sends nothing", async () => {
    const client = liveClient();
    await client.run(60_000);
    expect(client.raw).toEqual([]);
  });
});

describe("a Live session that breaks", () => {
  it.each<[string, Fault, { code: number; reason: string }]>([
    ["closes", { type: "close", atMs: 500, code: 1011, reason: "internal" }, { code: 1011, reason: "internal" }],
    ["drops", { type: "drop", atMs: 500 }, { code: 1006, reason: "" }],
  ])("%s without a session.closed, and leaves no timer", async (_, fault, expected) => {
    const client = liveClient({ faults: [fault] });
    client.start();
    await client.stayQuiet(1_000);
    expect(client.closed()).toEqual(expected);
    expect(client.types()).not.toContain("session.closed");
    expect(client.clock.pendingCount()).toBe(0);
    expect(client.session.timelineMs()).toBe(500);
  });

  it.each(["expired", "content", "remote_hangup", "connection_lost"] as const)("may end as %s", async (reason) => {
    const client = liveClient({ faults: [{ type: "end-session", atMs: 500, reason }] });
    client.start();
    await client.stayQuiet(1_000);
    expect(client.all("session.closed")).toMatchObject([{ reason, usage: { seconds: 0.5 } }]);
    expect(client.types().at(-1)).toBe("session.closed");
  });

  it.each([
    { faults: [] },
    { faults: [{ type: "expire", atMs: 7_000 } as const] },
    { faults: [{ type: "end-session", atMs: 7_000, reason: "expired" } as const] },
  ])("expires when it said it would: %o", (scenario) => {
    const client = liveClient(scenario);
    client.clock.advance(1_000);
    client.send(start);
    const expiresAt = client.all("session.started")[0]?.session.expires_at ?? 0;
    client.clock.advance(expiresAt * 1_000 - 1_001);
    expect(client.all("session.closed")).toEqual([]);
    client.clock.advance(1);
    expect(client.all("session.closed")).toMatchObject([{ reason: "expired", usage: { seconds: expiresAt - 1 } }]);
  });

  it("can send errors without a code, events nobody knows, and what is no JSON", async () => {
    const error = { type: "server_error", code: null, message: "Oops." };
    const client = liveClient({
      faults: [
        { type: "error", atMs: 100, error },
        { type: "raw-message", atMs: 200, text: "{not json" },
        { type: "raw-message", atMs: 300, text: '{"type":"session.new_thing"}' },
      ],
    });
    client.start();
    await client.stayQuiet(400);
    expect(client.all("error").map((event) => event.error)).toEqual([error]);
    expect(client.raw).toContain("{not json");
    expect(client.session.timelineMs()).toBe(400);
  });
});

describe("what a session costs", () => {
  it("is told now and then in cumulative seconds, also of silence and while no audio comes", async () => {
    const client = liveClient();
    client.start();
    await client.run(19_980);
    expect(client.all("session.usage.updated")).toEqual([]);
    await client.stayQuiet(25_000);
    const told = client.all("session.usage.updated");
    expect(told.map(({ usage }) => usage.seconds)).toEqual([20, 40]);
    expect(told[1]?.context_window?.usage_ratio).toBeGreaterThan(0);
    client.send({ type: "session.close" });
    await client.run(100);
    expect(client.all("session.closed")[0]?.usage.seconds).toBe(45.08);
  });
});
