import { describe, expect, test } from "vitest";
import { type VirtualClock, virtualClock } from "../../sim/clock.ts";
import { silentFrame } from "../../sim/phone/frames.ts";
import { ticker } from "../../sim/twilio/line/ticker.ts";
import { type MediaStream, type StreamWarning, mediaStream } from "../../sim/twilio/media-stream/media-stream.ts";
import { type FarWire, farWire } from "./twilio-wire.ts";

const streamSid = "MZ00000000000000000000000000000001";
const callSid = "CA00000000000000000000000000000001";
const accountSid = "AC00000000000000000000000000000001";

type Streamed = {
  clock: VirtualClock;
  stream: MediaStream;
  far: FarWire;
  warnings: StreamWarning[];
  closes: unknown[];
};

/** A stream on a virtual clock, with a caller who says nothing. */
function streamed(): Streamed {
  const clock = virtualClock(1_000);
  const far = farWire();
  const warnings: StreamWarning[] = [];
  const closes: unknown[] = [];
  const stream = mediaStream(far, {
    clock,
    accountSid,
    callSid,
    streamSid,
    customParameters: { token: "t&<" },
    onWarning: (warning) => void warnings.push(warning),
    onClosed: (code, reason) => void closes.push([code, reason]),
  });
  ticker(clock, 20, (atMs) => stream.exchange(silentFrame, atMs));
  return { clock, stream, far, warnings, closes };
}

const base64 = (durationMs: number): string => Buffer.alloc(durationMs * 8, 0x10).toString("base64");
const media = (payload: unknown): object => ({ event: "media", streamSid, media: { payload } });
const mark = (name: unknown): object => ({ event: "mark", streamSid, mark: { name } });
const clear = { event: "clear", streamSid };

describe("what a stream sends", () => {
  test("begins with connected and start, in the documented shape", () => {
    const { far } = streamed();
    expect(far.messages).toEqual([
      { event: "connected", protocol: "Call", version: "1.0.0" },
      {
        event: "start",
        sequenceNumber: "1",
        start: {
          accountSid,
          streamSid,
          callSid,
          tracks: ["inbound"],
          mediaFormat: { encoding: "audio/x-mulaw", sampleRate: 8000, channels: 1 },
          customParameters: { token: "t&<" },
        },
        streamSid,
      },
    ]);
  });

  test("is one media message every 20 ms, without drift over an hour, all counters being strings", () => {
    const { clock, far } = streamed();
    clock.advance(3_600_000);
    const frames = far.of("media");
    expect(frames).toHaveLength(180_000);
    expect(frames[0]).toEqual({
      event: "media",
      sequenceNumber: "2",
      media: { track: "inbound", chunk: "1", timestamp: "20", payload: Buffer.alloc(160, 0xff).toString("base64") },
      streamSid,
    });
    expect(frames.at(-1)).toMatchObject({
      sequenceNumber: "180001",
      media: { chunk: "180000", timestamp: "3600000" },
    });
  });

  test("numbers all events in one sequence, and chunks apart", () => {
    const { clock, stream, far } = streamed();
    clock.advance(20);
    stream.receive(JSON.stringify(mark("a")));
    stream.press("5");
    clock.advance(20);
    stream.stop();
    expect(far.messages.slice(1).map(({ event, sequenceNumber }) => [event, sequenceNumber])).toEqual([
      ["start", "1"],
      ["media", "2"],
      ["mark", "3"],
      ["dtmf", "4"],
      ["media", "5"],
      ["stop", "6"],
    ]);
    expect(far.of("dtmf")[0]?.["dtmf"]).toEqual({ track: "inbound_track", digit: "5" });
    expect(far.of("media")[1]?.["media"]).toMatchObject({ chunk: "2" });
    expect(far.of("stop")[0]?.["stop"]).toEqual({ accountSid, callSid });
  });

  test("ends with stop and a closed wire when Twilio ends it", () => {
    const { clock, stream, far, closes } = streamed();
    stream.stop();
    stream.stop();
    stream.press("1");
    clock.advance(100);
    expect(far.messages.map(({ event }) => event)).toEqual(["connected", "start", "stop"]);
    expect(far.closes).toEqual([1000]);
    expect(closes).toEqual([]);
  });

  test("ends at once when the server closes, and what is queued is lost", () => {
    const { clock, stream, far, closes } = streamed();
    stream.receive(JSON.stringify(media(base64(100))));
    clock.advance(40);
    stream.closed(1000, "goodbye");
    stream.closed(1006, "");
    stream.stop();
    clock.advance(100);
    expect(closes).toEqual([[1000, "goodbye"]]);
    expect(far.of("media")).toHaveLength(2);
    expect(far.of("stop")).toEqual([]);
    expect(stream.heard.bytes).toBe(40 * 8);
    expect(stream.heard.messages[0]?.fate).toBe("lost");
  });
});

describe("what a stream does", () => {
  test("plays from the first tick after the audio came, and echoes the mark when it was heard", () => {
    const { clock, stream, far } = streamed();
    clock.advance(27);
    stream.receive(JSON.stringify(media(base64(50))));
    stream.receive(JSON.stringify(mark("end")));
    expect(far.marks()).toEqual([]);
    clock.advance(72);
    expect(far.marks()).toEqual([]);
    clock.advance(1);
    expect(far.marks()).toEqual(["end"]);
    expect(stream.heard.messages[0]).toMatchObject({
      receivedAtMs: 27,
      heardFromMs: 40,
      heardBytes: 400,
      fate: "heard",
    });
  });

  test("notes a clear with its time and what had been heard by then", () => {
    const { clock, stream, far } = streamed();
    stream.receive(JSON.stringify(media(base64(1_000))));
    stream.receive(JSON.stringify(mark("end")));
    clock.advance(127);
    stream.receive(JSON.stringify(clear));
    expect(stream.heard.clears).toEqual([{ atMs: 127, heardMs: 120, droppedMs: 880 }]);
    expect(far.marks()).toEqual(["end"]);
  });

  test("takes a payload of any length, in order, byte for byte", () => {
    const { clock, stream } = streamed();
    for (const size of [1, 7, 159, 161, 3_200])
      stream.receive(JSON.stringify(media(Buffer.alloc(size, size).toString("base64"))));
    clock.advance(600);
    expect(stream.heard.messages.map(({ heardBytes }) => heardBytes)).toEqual([1, 7, 159, 161, 3_200]);
  });
});

describe("what a stream warns about", () => {
  const refused: Array<[string, string]> = [
    ["text that is not JSON", "hello"],
    ["JSON that is not an object", "[]"],
    ["null", "null"],
    ["an unknown event", JSON.stringify({ event: "speak", streamSid })],
    ["an event named like a method of objects", JSON.stringify({ event: "toString", streamSid })],
    ["no event", JSON.stringify({ streamSid })],
    ["another streamSid", JSON.stringify({ ...clear, streamSid: "MZ2" })],
    ["no streamSid", JSON.stringify({ event: "clear" })],
    ["an extra field beside the event", JSON.stringify({ ...clear, sequenceNumber: "1" })],
    [
      "an extra field inside media",
      JSON.stringify({ ...media(""), media: { payload: base64(20), track: "outbound" } }),
    ],
    ["media without a body", JSON.stringify({ event: "media", streamSid })],
    ["media whose body is text", JSON.stringify({ event: "media", streamSid, media: "x" })],
    ["a mark without a name", JSON.stringify({ event: "mark", streamSid, mark: {} })],
    ["a mark whose name is a number", JSON.stringify(mark(7))],
    ["a payload that is no base64", JSON.stringify(media("!!!!"))],
    ["a payload with a bad length", JSON.stringify(media("AAA"))],
    ["a payload that is a number", JSON.stringify(media(7))],
    ["an empty payload", JSON.stringify(media(""))],
    ["a message of 1 MB that is not JSON", "x".repeat(1_000_000)],
  ];
  test.each(refused)("%s is 31951, once, and is dropped", (_, text) => {
    const { clock, stream, far, warnings } = streamed();
    stream.receive(text);
    stream.receive(text);
    clock.advance(20);
    expect(warnings.map(({ code }) => code)).toEqual([31951]);
    expect(stream.heard).toMatchObject({ messages: [], clears: [] });
    expect(far.marks()).toEqual([]);
  });

  test("a binary message is 31950, once, and is dropped", () => {
    const { stream, warnings } = streamed();
    stream.receive(new TextEncoder().encode(JSON.stringify(clear)));
    stream.receive(new Uint8Array(3));
    expect(warnings.map(({ code }) => code)).toEqual([31950]);
    expect(stream.heard.clears).toEqual([]);
  });

  test("more than ten minutes of queued audio are 31931, once, and only what fits is played", () => {
    const { clock, stream, warnings } = streamed();
    const minute = JSON.stringify(media(base64(60_000)));
    for (let count = 0; count < 12; count++) stream.receive(minute);
    clock.advance(700_000);
    expect(warnings.map(({ code }) => code)).toEqual([31931]);
    expect(stream.heard.bytes).toBe(600_000 * 8);
  });

  test("nothing, when every message is as documented", () => {
    const { clock, stream, warnings } = streamed();
    for (const message of [media(base64(20)), mark(""), mark("e3:r7:12 ä"), clear])
      stream.receive(JSON.stringify(message));
    clock.advance(100);
    expect(warnings).toEqual([]);
  });

  test("nothing of what is still under way when the stream has ended", () => {
    const { stream, warnings } = streamed();
    stream.stop();
    stream.receive("hello");
    expect(warnings).toEqual([]);
  });
});
