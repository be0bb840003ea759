import type { IncomingMessage } from "node:http";

/** A key as most endpoints want it. */
export const bearerOf = (request: IncomingMessage): string | undefined =>
  /^Bearer (\S+)$/.exec(request.headers.authorization ?? "")?.[1];

/** A key as a subprotocol, for runtimes that cannot set headers (openai.md A1). */
export function subprotocolKeyOf(request: IncomingMessage): string | undefined {
  const protocols = (request.headers["sec-websocket-protocol"] ?? "").split(/,\s*/);
  const prefix = "openai-insecure-api-key.";
  return protocols.find((protocol) => protocol.startsWith(prefix))?.slice(prefix.length);
}
