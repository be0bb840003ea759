import { type IncomingMessage, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { type Admission, refuse } from "./admission.ts";
import type { Dialect } from "./dialects/dialect.ts";
import { bearerOf } from "./keys.ts";
import { refusalOf } from "./rest.ts";

/** Judges an upgrade by its path, key, headers and query. */
export function judge(request: IncomingMessage, dialect: Dialect, apiKeys: readonly string[] | undefined): Admission {
  const url = new URL(request.url ?? "/", "http://127.0.0.1");
  const isLive = dialect.hasLive && url.pathname === `${dialect.basePath}/live/sessions`;
  if (!isLive && url.pathname !== `${dialect.basePath}/realtime`)
    return refuse(404, `Invalid URL (GET ${url.pathname})`);
  const refusal = refusalOf(isLive ? bearerOf(request) : dialect.keyOf(request), apiKeys);
  if (refusal !== undefined) return { type: "refuse", status: 401, body: refusal };
  return isLive ? admitLive(request, url) : dialect.admit(request, url);
}

/** The model stands in `session.start`: whoever says anything in the query has the dead alpha in mind. */
function admitLive(request: IncomingMessage, url: URL): Admission {
  const [parameter] = url.searchParams.keys();
  if (parameter !== undefined) return refuse(400, `Unknown query parameter: '${parameter}'.`);
  const stale = ["openai-alpha", "openai-beta"].filter((name) => request.headers[name] !== undefined);
  return { type: "admit-live", warnings: stale.map((name) => `The header '${name}' has no meaning any more.`) };
}

/** Answers an upgrade request with a status and a JSON body, and ends the connection. */
export function refuseUpgrade(socket: Duplex, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${Buffer.byteLength(text)}\r\nConnection: close\r\n\r\n${text}`,
  );
}
