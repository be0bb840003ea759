import { describe, expect, test } from "vitest";
import { say } from "../../sim/openai/scenario.ts";
import { liveClient } from "./live-client.ts";
import { longAnswer, realtimeClient } from "./openai-client.ts";

describe("a Realtime session on a bad connection", () => {
  test("stalls while it speaks: the deltas of that time come at once", async () => {
    const client = realtimeClient({
      replies: [say(longAnswer)],
      pace: { speed: 1 },
      faults: [{ type: "stall", atMs: 1_000, forMs: 2_000 }],
    });
    await client.configure();
    client.send({ type: "response.create" });
    await client.run(6_000);
    const times = client.all("response.output_audio.delta").map(({ atMs }) => atMs);
    expect(times.filter((atMs) => atMs > 1_000 && atMs < 3_000)).toEqual([]);
    expect(times.filter((atMs) => atMs === 3_000).length).toBeGreaterThan(3);
  });

  test("is told something twice, and cut short, by hand: it objects to what it cannot read, and goes on", async () => {
    const client = realtimeClient();
    await client.configure();
    client.session.befall({ type: "corrupt", how: "cut", way: "received" });
    client.send({ type: "input_audio_buffer.clear" });
    client.session.befall({ type: "duplicate", way: "received" });
    client.send({ type: "input_audio_buffer.clear" });
    expect(client.types()).toEqual(["error", "input_audio_buffer.cleared", "input_audio_buffer.cleared"]);
  });

  test("a garbled message is one that its client did not get", async () => {
    const client = realtimeClient();
    await client.configure();
    client.raw.length = 0;
    client.session.befall({ type: "corrupt", how: "cut" });
    client.send({ type: "input_audio_buffer.clear" });
    client.send({ type: "input_audio_buffer.clear" });
    expect(() => JSON.parse(client.raw[0] ?? "")).toThrow();
    expect(client.types()).toEqual(["input_audio_buffer.cleared"]);
  });
});

describe("a Live session on a bad connection", () => {
  test("hears nothing while it stalls: its time stands still, and catches up", async () => {
    const client = liveClient({ faults: [{ type: "stall", atMs: 500, forMs: 1_000 }] });
    client.start();
    await client.stayQuiet(1_400);
    expect(client.session.timelineMs()).toBe(500);
    await client.stayQuiet(200);
    expect(client.session.timelineMs()).toBe(1_600);
  });

  test("a drop by hand ends it without a word", () => {
    const client = liveClient();
    client.start();
    client.session.befall({ type: "drop" });
    expect(client.closed()).toEqual({ code: 1006, reason: "" });
    expect(client.types()).toEqual([]);
    expect(client.clock.pendingCount()).toBe(0);
  });
});
