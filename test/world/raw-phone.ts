import { once } from "node:events";
import { getExpectedTwilioSignature } from "twilio/lib/webhooks/webhooks.js";
import { WebSocket } from "ws";
import type { CallSid } from "../../common/ids.ts";
import { linkSecret } from "../../common/secrets.ts";
import { mintStreamToken } from "../../common/stream-token.ts";

/** The account that the raw phones and their Worker share. */
export const account = {
  TWILIO_ACCOUNT_SID: "AC00000000000000000000000000000009",
  TWILIO_AUTH_TOKEN: "an auth token of the tests",
};

let lastCall = 0;

/** A CallSid that no other test uses. */
export const newCallSid = (): CallSid => `CA${(lastCall += 1).toString(16).padStart(32, "e")}`;

/** A socket to `/websocket/{CallSid}` in the hands of somebody who sends what he likes. */
export type RawPhone = {
  send(message: string | Uint8Array): void;
  /** The close code and reason that the Worker answered with, when it has. */
  closed: Promise<{ code: number; reason: string }>;
  /** What the Worker has sent. */
  received: string[];
  close(): void;
  terminate(): void;
  /** Reads no more, and so does not answer a close either: its socket is half open. */
  freeze(): void;
};

/** The HTTP status of a refused upgrade, with its body; 101 when it was not refused. */
export async function tryUpgrade(
  url: string,
  headers: Record<string, string>,
): Promise<{ status: number; body: string }> {
  const socket = new WebSocket(url.replace(/^http/, "ws"), { headers, perMessageDeflate: false });
  return new Promise((resolve, reject) => {
    socket.on("open", () => {
      socket.terminate();
      resolve({ status: 101, body: "" });
    });
    socket.on("unexpected-response", (_, response) => {
      let body = "";
      response.on("data", (chunk: Buffer) => (body += chunk.toString()));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
    });
    socket.on("error", reject);
  });
}

/** Opens a signed socket for a call, as Twilio would. */
export async function openRaw(serverUrl: string, callSid: CallSid): Promise<RawPhone> {
  const url = `${serverUrl.replace(/^http/, "ws")}/websocket/${callSid}`;
  const signature = getExpectedTwilioSignature(account.TWILIO_AUTH_TOKEN, url, {});
  const socket = new WebSocket(url, { headers: { "x-twilio-signature": signature }, perMessageDeflate: false });
  const received: string[] = [];
  socket.on("message", (data: Buffer) => received.push(data.toString()));
  socket.on("error", () => undefined);
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    socket.on("close", (code, reason) => resolve({ code, reason: reason.toString() })),
  );
  await once(socket, "open");
  return {
    send: (message) => socket.send(message),
    closed,
    received,
    close: () => socket.close(),
    terminate: () => socket.terminate(),
    freeze: () => socket.pause(),
  };
}

/** A token as `/twiml` would hand it out. */
export const tokenFor = (callSid: CallSid, generation = Date.now()): string =>
  mintStreamToken(linkSecret(account), { accountSid: account.TWILIO_ACCOUNT_SID, callSid, generation });

export const connected = JSON.stringify({ event: "connected", protocol: "Call", version: "1.0.0" });

/** The `start` message of a call; `changes` replace fields of its `start`. */
export const startMessage = (callSid: CallSid, token: string | undefined, changes: object = {}): string =>
  JSON.stringify({
    event: "start",
    sequenceNumber: "1",
    start: {
      accountSid: account.TWILIO_ACCOUNT_SID,
      streamSid: "MZ00000000000000000000000000000009",
      callSid,
      tracks: ["inbound"],
      mediaFormat: { encoding: "audio/x-mulaw", sampleRate: 8000, channels: 1 },
      customParameters: token === undefined ? {} : { token },
      ...changes,
    },
    streamSid: "MZ00000000000000000000000000000009",
  });

export const mediaMessage = (fill = 0xff): string =>
  JSON.stringify({
    event: "media",
    sequenceNumber: "2",
    media: { track: "inbound", chunk: "1", timestamp: "20", payload: Buffer.alloc(160, fill).toString("base64") },
    streamSid: "MZ00000000000000000000000000000009",
  });

export const stopMessage = (callSid: CallSid): string =>
  JSON.stringify({
    event: "stop",
    sequenceNumber: "3",
    stop: { accountSid: account.TWILIO_ACCOUNT_SID, callSid },
    streamSid: "MZ00000000000000000000000000000009",
  });
