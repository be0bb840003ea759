import { levelDb } from "../../common/audio-level.ts";
import { audioMs, isBase64 } from "../../common/audio.ts";
import type { CallerEffect } from "../bridge/effects.ts";
import type { BridgeEvent } from "../bridge/events.ts";
import { type Fields, cut, object, parseObject, text } from "../../common/json.ts";

/** What a stream says of itself, once, in its `start` message. Everything here is the peer's word, unchecked. */
export type StreamStart = {
  streamSid: string;
  accountSid: string;
  callSid: string;
  token: string | undefined;
  /** The two numbers, as the Function was told them; unknown when withheld. */
  from: string | undefined;
  to: string | undefined;
  /** What Twilio has told the caller, by the Function's word. */
  said: string | undefined;
  /** Of a call that we have placed: under what the wishes for it are kept. */
  intent: string | undefined;
  mediaFormat: { encoding: string; sampleRate: number; channels: number };
};

/** A message that is dropped and counted. */
export type StreamFault = "binary" | "too-large" | "not-json" | "malformed" | "unknown-event";

/** A message from Twilio, decoded (twilio.md 1.1). */
export type StreamMessage =
  | { kind: "connected" }
  | { kind: "start"; start: StreamStart }
  | { kind: "event"; event: BridgeEvent }
  | { kind: "fault"; fault: StreamFault };

/** A frame is 400 characters long; `start`, with its parameters, may be a few thousand. */
const maxLength = 16_384;

const mediaPrefix = '{"event":"media"';

const faulty = (fault: StreamFault): StreamMessage => ({ kind: "fault", fault });

/**
 * Decodes one message of the Media Stream. Never throws. Media, fifty a second, is read without parsing the whole
 * message when it looks as Twilio sends it, and parsed when it does not.
 */
export function decode(message: unknown): StreamMessage {
  if (typeof message !== "string") return faulty("binary");
  if (message.length > maxLength) return faulty("too-large");
  if (message.startsWith(mediaPrefix)) {
    const payload = cut(message, '"payload":"');
    // Anything but plain base64 (escaped slashes are legal JSON) is left to the parser.
    if (payload !== undefined && isBase64(payload))
      return media(payload, Number(cut(message, '"timestamp":"') ?? Number.NaN));
  }
  const fields = parseObject(message);
  return fields === undefined ? faulty("not-json") : decodeFields(fields);
}

function decodeFields(fields: Fields): StreamMessage {
  switch (fields["event"]) {
    case "connected":
      return { kind: "connected" };
    case "start":
      return decodeStart(fields);
    case "media":
      return decodeMedia(object(fields["media"]));
    case "mark": {
      const name = text(object(fields["mark"])["name"]);
      return name === undefined ? faulty("malformed") : happened({ type: "playback.marked", name });
    }
    case "dtmf": {
      const digit = text(object(fields["dtmf"])["digit"]);
      return digit === undefined ? faulty("malformed") : happened({ type: "caller.dtmf", digit });
    }
    case "stop":
      return happened({ type: "stream.stopped" });
    default:
      return faulty("unknown-event");
  }
}

function decodeStart(fields: Fields): StreamMessage {
  const start = object(fields["start"]);
  const format = object(start["mediaFormat"]);
  const parameters = object(start["customParameters"]);
  const streamSid = text(start["streamSid"]) ?? text(fields["streamSid"]);
  const accountSid = text(start["accountSid"]);
  const callSid = text(start["callSid"]);
  // It is written into every message to Twilio as it is.
  if (streamSid === undefined || !/^[\w-]{1,64}$/.test(streamSid)) return faulty("malformed");
  if (accountSid === undefined || callSid === undefined) return faulty("malformed");
  return {
    kind: "start",
    start: {
      streamSid,
      accountSid,
      callSid,
      token: text(parameters["token"]),
      from: text(parameters["from"]),
      to: text(parameters["to"]),
      said: text(parameters["said"]),
      intent: text(parameters["intent"]),
      // Numbers may come as strings, as all of Twilio's counters do.
      mediaFormat: {
        encoding: text(format["encoding"]) ?? "",
        sampleRate: Number(format["sampleRate"]),
        channels: Number(format["channels"]),
      },
    },
  };
}

function decodeMedia(fields: Fields): StreamMessage {
  const payload = text(fields["payload"]) ?? "";
  return isBase64(payload) ? media(payload, Number(fields["timestamp"] ?? Number.NaN)) : faulty("malformed");
}

/** How loud a frame is is computed when, and if, it is read. */
const media = (payload: string, timestampMs: number): StreamMessage =>
  happened({
    type: "caller.audio",
    payload,
    durationMs: audioMs(payload),
    timestampMs,
    get levelDb() {
      return levelDb(payload);
    },
  });

const happened = (event: BridgeEvent): StreamMessage => ({ kind: "event", event });

/** Whether the stream carries what the bridge relays: μ-law, 8 kHz, mono. */
export const isTelephoneAudio = ({ encoding, sampleRate, channels }: StreamStart["mediaFormat"]): boolean =>
  encoding === "audio/x-mulaw" && sampleRate === 8000 && channels === 1;

/**
 * Encodes an order for Twilio: exactly the documented keys, since a missing or an extra one is refused with warning
 * 31951 (twilio.md 1.2). Closing is the socket's own business and no message.
 */
export function encode(effect: Exclude<CallerEffect, { type: "stream.close" }>, streamSid: string): string {
  switch (effect.type) {
    case "caller.play":
      return `{"event":"media","streamSid":"${streamSid}","media":{"payload":"${effect.payload}"}}`;
    case "caller.mark":
      return JSON.stringify({ event: "mark", streamSid, mark: { name: effect.name } });
    case "caller.clear":
      return `{"event":"clear","streamSid":"${streamSid}"}`;
  }
}
