import { once } from "node:events";
import { type IncomingMessage, type ServerResponse, createServer, request as httpRequest } from "node:http";
import { text } from "node:stream/consumers";
import { type Clock, realClock } from "../../clock.ts";
import { originOf } from "../origin.ts";
import { refusalOf } from "./admission.ts";
import type { FunctionRoute } from "./routes.ts";
import { withoutStripped } from "./stripped-headers.ts";

/** A Function that runs longer is killed (twilio.md 5.2). */
const limitMs = 10_000;

export type GatewaySettings = {
  /** Where twilio-run listens, as `http://127.0.0.1:3000`. */
  target: string;
  authToken: string;
  functions: readonly FunctionRoute[];
  /** What the outside world calls the gateway, and signs; its own address unless told otherwise. */
  publicUrl?: string;
  port?: number;
  clock?: Clock;
};

/**
 * Starts, on 127.0.0.1, the platform that stands before deployed Functions. twilio-run itself refuses nothing and
 * waits for ever (twilio.md 5.7); this refuses what Twilio does, ends what takes longer than 10 s, and passes on the rest.
 */
export async function startGateway(settings: GatewaySettings): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    void admit(settings, settings.publicUrl ?? originOf(server), request, response);
  });
  server.listen(settings.port ?? 0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: originOf(server),
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

async function admit(
  settings: GatewaySettings,
  publicUrl: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = "GET", headers } = request;
  const body = await text(request);
  const url = new URL(request.url ?? "/", publicUrl);
  const signature = headers["x-twilio-signature"];
  const refusal = refusalOf(
    {
      method,
      url,
      contentType: headers["content-type"] ?? "",
      signature: typeof signature === "string" ? signature : "",
      body,
    },
    settings.functions,
    settings.authToken,
  );
  if (refusal === undefined) passOn(settings, request, body, response);
  else sayNo(response, refusal.status, refusal.reason);
}

function passOn(settings: GatewaySettings, request: IncomingMessage, body: string, response: ServerResponse): void {
  const headers = withoutStripped(request.headers);
  const sizeHeader = body === "" ? {} : { "content-length": Buffer.byteLength(body) };
  const onward = httpRequest(
    new URL(request.url ?? "/", settings.target),
    { method: request.method, headers: { ...headers, ...sizeHeader } },
    (answer) => {
      limit.cancel();
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    },
  );
  const limit = (settings.clock ?? realClock).after(limitMs, () => {
    sayNo(response, 504, "Runtime application timed out");
    onward.destroy();
  });
  onward.on("error", () => {
    limit.cancel();
    if (!response.headersSent) sayNo(response, 502, "The Functions do not answer");
  });
  onward.end(body);
}

function sayNo(response: ServerResponse, status: number, reason: string): void {
  response.writeHead(status, { "Content-Type": "text/plain" }).end(reason);
}
