import type { WebSocket } from "ws";
import { describe, expect, test } from "vitest";
import type { TimedFault } from "../../sim/network/link-fault.ts";
import type { BeginningStream } from "../../sim/twilio/call/stream-faults.ts";
import { callUp, codes, patience, startAccount, verbs } from "./twilio-account.ts";
import { type AppBehaviour, messagesOf, startApp, twiml } from "./twilio-app.ts";

const stream = (url: string): string => `<Connect action="/ended"><Stream url="${url}"/></Connect>`;

/** An account whose calls have a stream, then another, and hang up; what befalls the streams is by `faultsOf`. */
async function startWith(
  faultsOf: (stream: BeginningStream) => TimedFault[],
  onStream: AppBehaviour["onStream"] = () => undefined,
) {
  let askedCount = 0;
  const app = await startApp({
    answers: {
      "/twiml": () => twiml(stream(`${app.wsUrl}/first`)),
      "/ended": () => twiml((askedCount += 1) === 1 ? stream(`${app.wsUrl}/second`) : "<Hangup/>"),
    },
    onStream,
  });
  return startAccount({ voiceUrl: `${app.url}/twiml` }, { faultsOf });
}

describe("what befalls a call's streams", () => {
  test("a stream that drops leads to the action, and the next one has a fate of its own", async () => {
    const closes: number[] = [];
    const account = await startWith(
      ({ index }) =>
        index === 0 ? [{ type: "drop", atMs: 50 }] : [{ type: "close", atMs: 50, code: 1011, reason: "" }],
      (socket) => void socket.on("close", (code) => closes.push(code)),
    );
    const { log, streams } = await callUp(account, []);
    expect(streams.map(({ end }) => end)).toEqual([
      { by: "server", code: 1006, reason: "" },
      { by: "server", code: 1011, reason: "" },
    ]);
    expect(codes(log, "error")).toEqual([31903]);
    expect(verbs(log)).toEqual(["Connect", "Connect", "Hangup"]);
    await expect.poll(() => closes, patience).toEqual([1006, 1011]);
  });

  test("a stream that stalls keeps back what the caller says, and what he is to hear", async () => {
    const stalledMs = 400;
    const receivedAtMs: number[] = [];
    const account = await startWith(
      ({ index }) => (index === 0 ? [{ type: "stall", atMs: 200, forMs: stalledMs }] : [{ type: "drop", atMs: 0 }]),
      (socket) => void socket.on("message", () => receivedAtMs.push(performance.now())),
    );
    await callUp(account, [{ step: "pause", ms: 1_500 }, { step: "hang-up" }]);
    const gapsMs = receivedAtMs.map((atMs, index) => atMs - (receivedAtMs[index - 1] ?? atMs));
    expect(Math.max(...gapsMs)).toBeGreaterThan(stalledMs - 50);
    expect(receivedAtMs.length).toBeGreaterThan(60);
  });

  test("by hand, a fault befalls the stream that runs; without one there is nothing to befall", async () => {
    const sockets: WebSocket[] = [];
    const account = await startWith(
      () => [],
      (socket) => void sockets.push(socket),
    );
    const { call, ended } = await account.inboundCall({ from: "+15552223333", to: "+15550001111", script: [] });
    expect(call.befallStream({ type: "drop" })).toBe(false);
    await expect.poll(() => sockets.length, patience).toBe(1);
    const messages = messagesOf(sockets[0] ?? expect.fail());
    expect(call.befallStream({ type: "duplicate", count: 2 })).toBe(true);
    await expect.poll(() => messages.length, patience).toBeGreaterThan(4);
    const numbers = messages.map((message) => Object.entries(message).find(([key]) => key === "sequenceNumber")?.[1]);
    expect(numbers.length - new Set(numbers).size).toBe(2);
    call.befallStream({ type: "drop" });
    await expect.poll(() => sockets.length, patience).toBe(2);
    call.befallStream({ type: "drop" });
    expect((await ended).streams).toHaveLength(2);
    expect(call.befallStream({ type: "drop" })).toBe(false);
  });
});
