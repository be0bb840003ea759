import type { Clock } from "../../clock.ts";
import { silentFrame } from "../../phone/frames.ts";
import type { Peer, Wire } from "../../wire.ts";
import type { FarEnd } from "../line/line.ts";

import { type Heard, playout } from "./playout.ts";
import { parseServerMessage } from "./server-message.ts";

/** What Twilio warns about while a stream runs, each once a stream (twilio.md 1.4). */
export type StreamWarning = { code: 31931 | 31950 | 31951; message: string };

export type MediaStreamSettings = {
  clock: Clock;
  accountSid: string;
  callSid: string;
  streamSid: string;
  customParameters: Record<string, string>;
  onWarning(warning: StreamWarning): void;
  /** The server, or the connection, ended the stream; not called after `stop`. */
  onClosed?(code: number, reason: string): void;
};

/** Twilio's end of one Media Stream: a peer on its wire, and the far end of the caller's line. */
export type MediaStream = Peer & Required<FarEnd> & { readonly streamSid: string; readonly heard: Heard; stop(): void };

const silentPayload = Buffer.from(silentFrame).toString("base64");

/**
 * Twilio's side of a bidirectional Media Stream (twilio.md 1.1 to 1.4, 1.8, 1.9), to be made when the WebSocket is
 * open: it sends `connected` and `start` at once. Whoever holds the line calls `exchange` every 20 ms: the caller's
 * frame goes out as `media`, the next 20 ms of the server's audio come back. `stop` is the call's end: `stop` goes
 * out, then the wire is closed. All times in `heard` are ms since the stream was made.
 */
export function mediaStream(wire: Wire, settings: MediaStreamSettings): MediaStream {
  const { clock, accountSid, callSid, streamSid } = settings;
  const startedAtMs = clock.nowMs();
  const warned = new Set<number>();
  let isOpen = true;
  let sequenceNumber = 1;
  let chunk = 1;

  const streamMs = (): number => clock.nowMs() - startedAtMs;
  const buffer = playout((name) => {
    wire.send(JSON.stringify({ event: "mark", sequenceNumber: nextNumber(), streamSid, mark: { name } }));
  });

  function nextNumber(): string {
    return String(sequenceNumber++);
  }

  function warn(warning: StreamWarning): void {
    if (warned.has(warning.code)) return;
    warned.add(warning.code);
    settings.onWarning(warning);
  }

  /** Written out by hand: this is one message every 20 ms of every call, and nothing in it needs escaping. */
  function sendMedia(spoken: Uint8Array, atMs: number): void {
    const payload = spoken === silentFrame ? silentPayload : Buffer.from(spoken).toString("base64");
    wire.send(
      `{"event":"media","sequenceNumber":"${nextNumber()}","media":{"track":"inbound","chunk":"${chunk++}",` +
        `"timestamp":"${Math.round(atMs - startedAtMs)}","payload":"${payload}"},"streamSid":"${streamSid}"}`,
    );
  }

  function obey(text: string): void {
    const message = parseServerMessage(text, streamSid);
    if ("malformed" in message) return warn({ code: 31951, message: message.malformed });
    switch (message.event) {
      case "media":
        if (!buffer.queue(message.audio, streamMs()))
          warn({ code: 31931, message: "more than 10 minutes of audio are buffered" });
        return;
      case "mark":
        return buffer.mark(message.name);
      case "clear":
        return buffer.clear(streamMs());
    }
  }

  function end(): void {
    isOpen = false;
    buffer.end();
  }

  wire.send(JSON.stringify({ event: "connected", protocol: "Call", version: "1.0.0" }));
  wire.send(
    JSON.stringify({
      event: "start",
      sequenceNumber: nextNumber(),
      start: {
        accountSid,
        streamSid,
        callSid,
        tracks: ["inbound"],
        mediaFormat: { encoding: "audio/x-mulaw", sampleRate: 8_000, channels: 1 },
        customParameters: settings.customParameters,
      },
      streamSid,
    }),
  );

  return {
    streamSid,
    heard: buffer.heard,
    receive(message) {
      if (!isOpen) return;
      if (typeof message === "string") obey(message);
      else warn({ code: 31950, message: "a binary message" });
    },
    closed(code, reason) {
      if (!isOpen) return;
      end();
      settings.onClosed?.(code, reason);
    },
    exchange(spoken, atMs) {
      if (!isOpen) return undefined;
      sendMedia(spoken, atMs);
      return buffer.nextFrame(atMs - startedAtMs);
    },
    press(digit) {
      if (!isOpen) return;
      const dtmf = { track: "inbound_track", digit };
      wire.send(JSON.stringify({ event: "dtmf", streamSid, sequenceNumber: nextNumber(), dtmf }));
    },
    stop() {
      if (!isOpen) return;
      end();
      const stop = { accountSid, callSid };
      wire.send(JSON.stringify({ event: "stop", sequenceNumber: nextNumber(), stop, streamSid }));
      wire.close(1_000, "");
    },
  };
}
