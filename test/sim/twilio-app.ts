import { once } from "node:events";
import { type IncomingHttpHeaders, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import twilio from "twilio";
import { type WebSocket, WebSocketServer } from "ws";

export const authToken = "12345";
export const accountSid = "AC00000000000000000000000000000001";

/** A request that Twilio made, and whether Twilio's own package accepts its signature. */
type AppRequest = {
  method: string;
  path: string;
  query: Record<string, string>;
  headers: IncomingHttpHeaders;
  form: Record<string, string>;
  isSigned: boolean;
};

export type AppAnswer = { status?: number; type?: string; location?: string; body?: string };

export type App = {
  url: string;
  wsUrl: string;
  requests: AppRequest[];
  upgrades: AppRequest[];
  /** The requests to one path. */
  to(path: string): AppRequest[];
};

/** How the application under the stand-in answers: by the path of a webhook, and what it does with a stream. */
export type AppBehaviour = {
  answers?: Record<string, (request: AppRequest) => AppAnswer | Promise<AppAnswer>>;
  onStream?: (socket: WebSocket) => void;
  /** The status to refuse streams with. */
  refuses?: number;
};

/** Starts an application for Twilio to talk to, for the length of a test. */
export async function startApp({ answers = {}, onStream, refuses }: AppBehaviour): Promise<App> {
  const requests: AppRequest[] = [];
  const upgrades: AppRequest[] = [];
  const sockets = new WebSocketServer({ noServer: true });
  const server = createServer((request, response) => {
    void text(request).then(async (body) => {
      const seen = read("http", request.method ?? "", request.url ?? "", request.headers, body);
      requests.push(seen);
      const answer = (await answers[seen.path]?.(seen)) ?? { status: 204 };
      const location = answer.location === undefined ? {} : { Location: answer.location };
      response.writeHead(answer.status ?? 200, { "Content-Type": answer.type ?? "text/xml", ...location });
      response.end(answer.body);
    });
  });
  server.on("upgrade", (request, socket, head) => {
    upgrades.push(read("ws", request.method ?? "", request.url ?? "", request.headers, ""));
    if (refuses !== undefined) {
      socket.end(`HTTP/1.1 ${refuses} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => onStream?.(webSocket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const host = `127.0.0.1:${portOf(server.address())}`;

  function read(
    scheme: string,
    method: string,
    target: string,
    headers: IncomingHttpHeaders,
    body: string,
  ): AppRequest {
    const url = new URL(target, `${scheme}://${host}`);
    const form = Object.fromEntries(new URLSearchParams(body));
    const signature = String(headers["x-twilio-signature"]);
    return {
      method,
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers,
      form,
      isSigned: twilio.validateRequest(authToken, signature, `${scheme}://${host}${target}`, form),
    };
  }

  onTestFinished(async () => {
    for (const socket of sockets.clients) socket.terminate();
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  });
  return {
    url: `http://${host}`,
    wsUrl: `ws://${host}`,
    requests,
    upgrades,
    to: (path) => requests.filter((request) => request.path === path),
  };
}

export const twiml = (body: string): AppAnswer => ({ body: `<Response>${body}</Response>` });

type StreamMessage = { event: string; streamSid: string; media?: { payload: string } };

/** What a stream's server was sent, as it arrives. */
export function messagesOf(socket: WebSocket): StreamMessage[] {
  const messages: StreamMessage[] = [];
  socket.on("message", (data: Buffer) => void messages.push(JSON.parse(data.toString())));
  return messages;
}

/** Says something as soon as the stream has started. */
export function greet(socket: WebSocket, speech: Uint8Array): void {
  socket.on("message", (data: Buffer) => {
    const { event, streamSid }: StreamMessage = JSON.parse(data.toString());
    if (event === "start") socket.send(mediaMessage(streamSid, speech));
  });
}

/** Repeats what it hears in one piece once it is over: frame by frame, a busy machine would tear it apart. */
export function repeatBack(socket: WebSocket): void {
  let heard: Uint8Array[] = [];
  socket.on("message", (data: Buffer) => {
    const { streamSid, media }: StreamMessage = JSON.parse(data.toString());
    if (media === undefined) return;
    const frame = Buffer.from(media.payload, "base64");
    if (frame.some((byte) => byte !== 0xff)) heard.push(frame);
    else if (heard.length > 0) {
      socket.send(mediaMessage(streamSid, Buffer.concat(heard)));
      heard = [];
    }
  });
}

function mediaMessage(streamSid: string, audio: Uint8Array): string {
  const payload = Buffer.from(audio).toString("base64");
  return JSON.stringify({ event: "media", streamSid, media: { payload } });
}

const portOf = (address: string | AddressInfo | null): number =>
  typeof address === "object" && address !== null ? address.port : 0;
