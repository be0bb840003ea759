import { expect, test, vi } from "vitest";
import { openStream } from "../../worker/open-stream.ts";
import type { Socket } from "../../worker/socket.ts";

const start = JSON.stringify({
  event: "start",
  start: {
    accountSid: `AC${"0".repeat(32)}`,
    streamSid: "MZ00000000000000000000000000000009",
    callSid: `CA${"0".repeat(32)}`,
    tracks: ["inbound"],
    mediaFormat: { encoding: "audio/x-mulaw", sampleRate: 8000, channels: 1 },
    customParameters: {},
  },
});

test("a stream whose conversation cannot begin is closed, so that what follows it speaks to the caller", async () => {
  const { 0: client, 1: server } = new WebSocketPair();
  const waiting = new Set<Socket>();
  const log = vi.fn();
  openStream(server, {
    admit: () => undefined,
    begin: () => Promise.reject(new Error("the switchboard is on fire")),
    waiting,
    log,
  });
  client.accept();
  const closed = new Promise<CloseEvent>((resolve) => client.addEventListener("close", resolve));
  client.send(start);
  const { code, reason } = await closed;
  expect([code, reason]).toEqual([1000, "fallback"]);
  expect(waiting.size).toBe(0);
  expect(log.mock.calls).toEqual([
    ["stream.admitted", expect.anything()],
    ["stream.begin-failed", { reason: "Error: the switchboard is on fire" }],
  ]);
});
