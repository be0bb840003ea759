import { once } from "node:events";
import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import { text } from "node:stream/consumers";
import { portOf } from "../../test/world/port-of.ts";

/** A request as the service saw it. */
export type Seen = { method: string; url: string; headers: IncomingMessage["headers"]; body: string };

/** An HTTP service that a tool calls; it keeps what it was asked. */
export type Service = { url: string; seen: Seen[]; close(): Promise<void> };

/** Starts a service on 127.0.0.1 that reads each request whole and then has it answered. */
export async function service(answer: (response: ServerResponse, request: Seen) => void): Promise<Service> {
  const seen: Seen[] = [];

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "", url = "", headers } = request;
    const entry = { method, url, headers, body: await text(request) };
    seen.push(entry);
    answer(response, entry);
  }

  const server = createServer((request, response) => void take(request, response)).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${portOf(server)}`,
    seen,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
