import { once } from "node:events";
import { createServer } from "node:http";
import { getExpectedTwilioSignature } from "twilio/lib/webhooks/webhooks.js";
import { type RawData, WebSocket, WebSocketServer } from "ws";
import type { CallSid } from "../common/ids.ts";
import { streamUrl } from "../common/routes.ts";
import { linkSecret } from "../common/secrets.ts";
import { mintStreamToken } from "../common/stream-token.ts";
import { portOf } from "../test/world/port-of.ts";
import { type Flight, numberedFrame } from "./frames.ts";

/** What both ends of a load run have in common. */
export type Account = { TWILIO_ACCOUNT_SID: string; TWILIO_AUTH_TOKEN: string; SERVER_URL: string };

/** The model's end: the bare least of the Realtime protocol, so that nothing but the relay is measured. */
export type ModelEnd = {
  port: number;
  /** Resolves when so many sessions are configured. */
  ready(count: number): Promise<void>;
  /** For each call, sends it one frame of audio. */
  readonly voices: ((sequence: number) => void)[];
  readonly openCount: number;
  close(): Promise<void>;
};

/** Text frames are all there is here. */
const textOf = (data: RawData): string => (Buffer.isBuffer(data) ? data.toString() : "");

const format = { type: "audio/pcmu" };
const configured = JSON.stringify({
  type: "session.updated",
  session: { audio: { input: { format }, output: { format } } },
});

export async function modelEnd(toModel: Flight, toPhone: Flight): Promise<ModelEnd> {
  const http = createServer();
  const server = new WebSocketServer({ server: http, perMessageDeflate: false });
  const sessions = new Map<WebSocket, number>();
  server.on("connection", (socket) => {
    socket.send('{"type":"session.created","session":{"id":"s"}}');
    socket.on("close", () => sessions.delete(socket));
    socket.on("message", (data) => {
      const text = textOf(data);
      if (text.startsWith('{"type":"input_audio_buffer.append"')) return toModel.arrived(JSON.parse(text).audio);
      if (!text.startsWith('{"type":"session.update"')) return;
      if (!sessions.has(socket)) sessions.set(socket, sessions.size);
      socket.send(configured);
    });
  });
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  const port = portOf(http);
  return {
    port,
    async ready(count) {
      while (sessions.size < count) await new Promise((resolve) => setTimeout(resolve, 20));
    },
    get voices() {
      return [...sessions].map(([socket, call]) => (sequence: number) => {
        const delta = numberedFrame(call, sequence);
        toPhone.sent(delta);
        socket.send(
          `{"type":"response.output_audio.delta","event_id":"e${call}.${sequence}","response_id":"r${call}","item_id":"i${call}","output_index":0,"content_index":0,"delta":"${delta}"}`,
        );
      });
    },
    get openCount() {
      return server.clients.size;
    },
    async close() {
      for (const client of server.clients) client.terminate();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

/** A phone's end: a stream that sends a frame when told, and notes what arrives. */
export type PhoneEnd = { speak: (sequence: number) => void; hangUp: () => void };

/** Opens the stream of a call at the Worker, as Twilio would: signed, with the token of the TwiML. */
export async function phoneEnd(call: number, account: Account, toModel: Flight, toPhone: Flight): Promise<PhoneEnd> {
  const callSid: CallSid = `CA${String(call).padStart(32, "0")}`;
  const accountSid = account.TWILIO_ACCOUNT_SID;
  const url = streamUrl(account.SERVER_URL, callSid);
  const signature = getExpectedTwilioSignature(account.TWILIO_AUTH_TOKEN, url, {});
  const socket = new WebSocket(url, { perMessageDeflate: false, headers: { "x-twilio-signature": signature } });
  const streamSid = `MZ${String(call).padStart(32, "0")}`;
  socket.on("message", (data) => {
    const text = textOf(data);
    if (text.startsWith('{"event":"media"')) toPhone.arrived(JSON.parse(text).media.payload);
    else if (text.startsWith('{"event":"mark"'))
      socket.send(JSON.stringify({ ...JSON.parse(text), sequenceNumber: "1" }));
  });
  await once(socket, "open");
  const token = mintStreamToken(linkSecret(account), { accountSid, callSid, generation: Date.now() });
  const mediaFormat = { encoding: "audio/x-mulaw", sampleRate: 8000, channels: 1 };
  const start = { accountSid, streamSid, callSid, tracks: ["inbound"], mediaFormat, customParameters: { token } };
  socket.send('{"event":"connected","protocol":"Call","version":"1.0.0"}');
  socket.send(JSON.stringify({ event: "start", sequenceNumber: "1", start, streamSid }));
  return {
    speak(sequence) {
      const payload = numberedFrame(call, sequence);
      toModel.sent(payload);
      socket.send(
        `{"event":"media","sequenceNumber":"${sequence + 2}","media":{"track":"inbound","chunk":"${sequence + 1}","timestamp":"${sequence * 20}","payload":"${payload}"},"streamSid":"${streamSid}"}`,
      );
    },
    hangUp() {
      socket.send(JSON.stringify({ event: "stop", sequenceNumber: "0", stop: { accountSid, callSid }, streamSid }));
      socket.close();
    },
  };
}

export type DirectPair = Record<"phone" | "model", (sequence: number) => void> & { close: () => void };

/** Two ends joined by nothing but a socket, carrying the same messages: what the relay is measured against. */
export async function directPair(call: number, toModel: Flight, toPhone: Flight): Promise<DirectPair> {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1", perMessageDeflate: false });
  await once(server, "listening");
  const port = portOf(server);
  const phone = new WebSocket(`ws://127.0.0.1:${port}/`, { perMessageDeflate: false });
  const model = await new Promise<WebSocket>((resolve) => server.once("connection", resolve));
  if (phone.readyState !== WebSocket.OPEN) await once(phone, "open");
  model.on("message", (data) => toModel.arrived(JSON.parse(textOf(data)).media.payload));
  phone.on("message", (data) => toPhone.arrived(JSON.parse(textOf(data)).delta));
  return {
    phone(sequence: number) {
      const payload = numberedFrame(call, sequence);
      toModel.sent(payload);
      phone.send(
        `{"event":"media","sequenceNumber":"${sequence + 2}","media":{"track":"inbound","chunk":"${sequence + 1}","timestamp":"${sequence * 20}","payload":"${payload}"},"streamSid":"MZ"}`,
      );
    },
    model(sequence: number) {
      const delta = numberedFrame(call, sequence);
      toPhone.sent(delta);
      model.send(
        `{"type":"response.output_audio.delta","event_id":"e","response_id":"r","item_id":"i","delta":"${delta}"}`,
      );
    },
    close() {
      phone.terminate();
      server.close();
    },
  };
}
