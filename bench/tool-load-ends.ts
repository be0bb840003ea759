import { once } from "node:events";
import { type RawData, WebSocket, WebSocketServer } from "ws";
import { audioMs } from "../common/audio.ts";
import { type Flight, numberedFrame } from "./frames.ts";

/** Frames on their way in both directions, while something is measured. */
export type Flights = { toModel: Flight; toPhone: Flight };

/** The model's end of one call, in the bench's hands. */
export type ModelEnd = {
  /** Sends a frame of the running response. */
  speak: (sequence: number) => void;
  beginResponse(): void;
  /** Calls a tool in the running response, which goes on. */
  callTool(): void;
  /** Sends two seconds at once, so that there is something to interrupt, then hears the caller: gives when, in ms. */
  hearCaller(): number;
  /** How many outputs of its tool calls have come. */
  readonly outputCount: number;
};

/** The phone company's end: plays what comes, and echoes each mark when what was before it has been played. */
export type PhoneEnd = {
  speak: (sequence: number) => void;
  hangUp(): void;
  /** When a `clear` came, in ms; undefined while none has. */
  readonly clearedAtMs: number | undefined;
  /** Messages of audio that came after it. */
  readonly lateMediaCount: number;
};

/** Text frames are all there is here. */
export const textOf = (data: RawData): string => (Buffer.isBuffer(data) ? data.toString() : "");

/** A WebSocket server on a free port of 127.0.0.1. */
export async function listen(): Promise<WebSocketServer> {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1", perMessageDeflate: false });
  await once(server, "listening");
  return server;
}

export function urlOf(server: WebSocketServer): string {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server does not listen on a port");
  return `ws://127.0.0.1:${address.port}/v1`;
}

const format = { type: "audio/pcmu" };
const configured = { type: "session.updated", session: { audio: { input: { format }, output: { format } } } };
const ofItem = { response_id: "response", item_id: "item", output_index: 0, content_index: 0 };
const toolCall = { type: "function_call", status: "completed", call_id: "call", name: "slow", arguments: "{}" };
const longAudio = Buffer.alloc(16_000, 0x20).toString("base64");

/** Speaks the least of the Realtime protocol that it takes (openai.md A5, A6); settles when the session is configured. */
export async function modelEnd(socket: WebSocket, call: number, flights: () => Flights): Promise<ModelEnd> {
  let outputCount = 0;
  const send = (message: object): void => socket.send(JSON.stringify(message));
  const say = (delta: string): void => send({ type: "response.output_audio.delta", ...ofItem, delta });
  await new Promise<void>((resolve) => {
    socket.on("message", (data) => {
      const message = JSON.parse(textOf(data));
      if (message.type === "input_audio_buffer.append") return flights().toModel.arrived(message.audio);
      if (message.type === "conversation.item.create") outputCount += 1;
      if (message.type !== "session.update") return;
      send(configured);
      resolve();
    });
    send({ type: "session.created", session: { id: "session" } });
  });
  return {
    speak(sequence) {
      const delta = numberedFrame(call, sequence);
      flights().toPhone.sent(delta);
      say(delta);
    },
    beginResponse: () => send({ type: "response.created", response: { id: "response" } }),
    callTool: () => send({ type: "response.output_item.done", response_id: "response", item: toolCall }),
    hearCaller() {
      say(longAudio);
      const atMs = performance.now();
      send({ type: "input_audio_buffer.speech_started", item_id: "caller", audio_start_ms: 0 });
      say(longAudio); // What was on its way already.
      return atMs;
    },
    get outputCount() {
      return outputCount;
    },
  };
}

const streamSid = `MZ${"0".repeat(32)}`;
const start = {
  accountSid: `AC${"0".repeat(32)}`,
  streamSid,
  callSid: `CA${"0".repeat(32)}`,
  tracks: ["inbound"],
  mediaFormat: { encoding: "audio/x-mulaw", sampleRate: 8000, channels: 1 },
  customParameters: {},
};

/** Opens a stream (twilio.md 1.2). */
export async function phoneEnd(url: string, call: number, flights: () => Flights): Promise<PhoneEnd> {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  const send = (message: object): void => socket.send(JSON.stringify({ ...message, streamSid }));
  let frameCount = 0;
  let playedAtMs = 0;
  let clearedAtMs: number | undefined;
  let lateMediaCount = 0;

  function play(payload: string): void {
    if (clearedAtMs !== undefined) lateMediaCount += 1;
    playedAtMs = Math.max(playedAtMs, performance.now()) + audioMs(payload);
    if (audioMs(payload) === 20) flights().toPhone.arrived(payload);
  }

  socket.on("message", (data) => {
    const message = JSON.parse(textOf(data));
    if (message.event === "media") play(message.media.payload);
    else if (message.event === "clear") clearedAtMs ??= playedAtMs = performance.now();
    else if (message.event === "mark") setTimeout(() => send(message), playedAtMs - performance.now());
  });
  await once(socket, "open");
  send({ event: "connected", protocol: "Call", version: "1.0.0" });
  send({ event: "start", sequenceNumber: "1", start });
  return {
    speak(sequence) {
      const payload = numberedFrame(call, sequence);
      frameCount += 1;
      flights().toModel.sent(payload);
      const media = { track: "inbound", chunk: `${frameCount}`, timestamp: `${frameCount * 20}`, payload };
      send({ event: "media", sequenceNumber: `${frameCount + 1}`, media });
    },
    hangUp() {
      send({ event: "stop", sequenceNumber: "0", stop: { accountSid: start.accountSid, callSid: start.callSid } });
      socket.close();
    },
    get clearedAtMs() {
      return clearedAtMs;
    },
    get lateMediaCount() {
      return lateMediaCount;
    },
  };
}
