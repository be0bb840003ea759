import { describe, expect, test } from "vitest";
import { type StreamMessage, decode, encode, isTelephoneAudio } from "../../worker/twilio/media-stream.ts";

const payload = Buffer.alloc(160, 0x7f).toString("base64");
const media = (extra: object = {}) =>
  JSON.stringify({
    event: "media",
    sequenceNumber: "4",
    media: { track: "inbound", chunk: "2", timestamp: "20", payload, ...extra },
    streamSid: "MZ1",
  });
const audioEvent = {
  kind: "event",
  event: { type: "caller.audio", payload, durationMs: 20, timestampMs: 20, levelDb: -100 },
};
const unstamped = {
  kind: "event",
  event: { type: "caller.audio", payload, durationMs: 20, timestampMs: Number.NaN, levelDb: -100 },
};
const slashPayload = Buffer.alloc(160, 0xff).toString("base64");
const slashes = media({ payload: slashPayload });
const slashEvent = {
  kind: "event",
  event: { type: "caller.audio", payload: slashPayload, durationMs: 20, timestampMs: 20, levelDb: -100 },
};
const fault = (name: string) => ({ kind: "fault", fault: name });

describe("messages from Twilio", () => {
  test.each<[string, unknown, unknown]>([
    ["connected", '{"event":"connected","protocol":"Call","version":"1.0.0"}', { kind: "connected" }],
    ["media as Twilio writes it", media(), audioEvent],
    ["media with its keys in another order", JSON.stringify({ media: { payload }, event: "media" }), unstamped],
    ["media with escaped slashes", slashes.replaceAll("/", "\\/"), slashEvent],
    ["media with spaces", `{ "event": "media", "media": { "payload": "${payload}" } }`, unstamped],
    ["media with an unknown field", media({ novelty: 1 }), audioEvent],
    [
      "a mark's echo",
      '{"event":"mark","sequenceNumber":"6","streamSid":"MZ1","mark":{"name":"1:a:400"}}',
      { kind: "event", event: { type: "playback.marked", name: "1:a:400" } },
    ],
    [
      "a key",
      '{"event":"dtmf","streamSid":"MZ1","sequenceNumber":"5","dtmf":{"track":"inbound_track","digit":"#"}}',
      { kind: "event", event: { type: "caller.dtmf", digit: "#" } },
    ],
    [
      "stop",
      '{"event":"stop","sequenceNumber":"7","stop":{"accountSid":"AC1","callSid":"CA1"},"streamSid":"MZ1"}',
      { kind: "event", event: { type: "stream.stopped" } },
    ],
    ["an event of tomorrow", '{"event":"tomorrow"}', fault("unknown-event")],
    ["no JSON", "hello", fault("not-json")],
    ["half a message", '{"event":"media","media":{"payload":"', fault("not-json")],
    ["an array", "[]", fault("not-json")],
    ["null", "null", fault("not-json")],
    ["media without media", '{"event":"media"}', fault("malformed")],
    ["media that is not base64", media({ payload: "a b$" }), fault("malformed")],
    ["media with no audio in it", media({ payload: "" }), fault("malformed")],
    ["a mark without a name", '{"event":"mark","mark":{}}', fault("malformed")],
    ["a start without ids", '{"event":"start","start":{}}', fault("malformed")],
    ["bytes", new ArrayBuffer(8), fault("binary")],
    ["a message of a megabyte", `{"event":"media","x":"${"a".repeat(1_000_000)}"}`, fault("too-large")],
  ])("%s", (_, message, meaning) => {
    expect(decode(message)).toEqual(meaning);
  });

  test("start tells whose call it is, the token and the format", () => {
    const decoded: StreamMessage = decode(
      JSON.stringify({
        event: "start",
        sequenceNumber: "1",
        start: {
          accountSid: "AC1",
          streamSid: "MZ1",
          callSid: "CA1",
          tracks: ["inbound"],
          mediaFormat: { encoding: "audio/x-mulaw", sampleRate: "8000", channels: 1 },
          customParameters: { token: "v1.x", to: "+15550001000" },
        },
        streamSid: "MZ1",
      }),
    );
    expect(decoded).toEqual({
      kind: "start",
      start: {
        accountSid: "AC1",
        callSid: "CA1",
        streamSid: "MZ1",
        token: "v1.x",
        from: undefined,
        to: "+15550001000",
        mediaFormat: { encoding: "audio/x-mulaw", sampleRate: 8000, channels: 1 },
      },
    });
  });

  test.each([
    [{ encoding: "audio/x-mulaw", sampleRate: 8000, channels: 1 }, true],
    [{ encoding: "audio/x-l16", sampleRate: 8000, channels: 1 }, false],
    [{ encoding: "audio/x-mulaw", sampleRate: 16_000, channels: 1 }, false],
    [{ encoding: "audio/x-mulaw", sampleRate: 8000, channels: 2 }, false],
  ])("only telephone audio is taken: %j", (format, taken) => {
    expect(isTelephoneAudio(format)).toBe(taken);
  });
});

describe("messages to Twilio have exactly the documented keys", () => {
  test.each([
    [
      { type: "caller.play", payload: "fn8=" } as const,
      { event: "media", streamSid: "MZ1", media: { payload: "fn8=" } },
    ],
    [{ type: "caller.mark", name: '1:"a":2' } as const, { event: "mark", streamSid: "MZ1", mark: { name: '1:"a":2' } }],
    [{ type: "caller.clear" } as const, { event: "clear", streamSid: "MZ1" }],
  ])("%j", (effect, message) => {
    expect(JSON.parse(encode(effect, "MZ1"))).toEqual(message);
  });
});
