import { expect, test, vi } from "vitest";
import { type Hearing, openStream } from "../../worker/open-stream.ts";
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

/** A stream that is opened, and what it sends; `begin` is what the reception makes of its start. */
function opened(begin: Parameters<typeof openStream>[1]["begin"]) {
  const { 0: client, 1: server } = new WebSocketPair();
  const waiting = new Set<Socket>();
  const log = vi.fn();
  openStream(server, { admit: () => undefined, begin, waiting, log });
  let receivedCount = 0;
  server.addEventListener("message", () => (receivedCount += 1));
  client.accept();
  const closed = new Promise<CloseEvent>((resolve) => client.addEventListener("close", resolve));
  return { client, closed, waiting, log, receivedCount: () => receivedCount };
}

test("a stream whose conversation cannot begin is closed, so that what follows it speaks to the caller", async () => {
  const { client, closed, waiting, log } = opened(() => Promise.reject(new Error("the switchboard is on fire")));
  client.send(start);
  const { code, reason } = await closed;
  expect([code, reason]).toEqual([1000, "fallback"]);
  expect(waiting.size).toBe(0);
  expect(log.mock.calls).toEqual([
    ["stream.admitted", expect.anything()],
    ["stream.begin-failed", { reason: "Error: the switchboard is on fire" }],
  ]);
});

test("a stream that sends a message no telephone company would is closed before it has shown a token", async () => {
  const { client, closed, waiting, log } = opened(() => Promise.resolve(undefined));
  client.send("x".repeat(16_385));
  const { code, reason } = await closed;
  expect([code, reason, waiting.size]).toEqual([1009, "the message is too large", 0]);
  expect(log.mock.calls).toEqual([["stream.refused", { reason: "the message is too large" }]]);
});

test("what comes while a conversation begins is kept up to 500 messages and 256 kB, and the rest is counted", async () => {
  for (const [length, keptCount] of [
    [400, 500],
    [10_000, 26],
    [300_000, 0],
  ] as const) {
    const taken: unknown[] = [];
    const begun: ((hearing: Hearing) => void)[] = [];
    const { client, log, receivedCount } = opened(() => new Promise((resolve) => void begun.push(resolve)));
    client.send(start);
    for (let count = 0; count < 600; count += 1) client.send("x".repeat(length));
    client.send(new Uint8Array(10));
    await vi.waitFor(() => expect(receivedCount()).toBe(602));
    begun[0]?.({ takeFromCaller: (data) => void taken.push(data), callerClosed: () => undefined });
    await vi.waitFor(() => expect(log).toHaveBeenCalledWith("stream.dropped-early", { count: 601 - keptCount }));
    expect(taken).toHaveLength(keptCount);
    client.close();
  }
});
