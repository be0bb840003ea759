import type { IncomingMessage, ServerResponse } from "node:http";
import { realtimeModels } from "./models.ts";

/** An error as the REST API and a refused upgrade answer it. */
export const errorBody = (type: string, code: string | null, message: string): unknown => ({
  error: { message, type, param: null, code },
});

/** Whose key a request shows: in the header, or as a subprotocol where headers cannot be set (openai.md A1). */
function apiKeyOf(request: IncomingMessage): string | undefined {
  const bearer = /^Bearer (\S+)$/.exec(request.headers.authorization ?? "")?.[1];
  const protocols = (request.headers["sec-websocket-protocol"] ?? "").split(/,\s*/);
  const prefix = "openai-insecure-api-key.";
  return bearer ?? protocols.find((protocol) => protocol.startsWith(prefix))?.slice(prefix.length);
}

/** The refusal of a request without an acceptable key. Without a list, any key will do. */
export function refusalOf(request: IncomingMessage, apiKeys: readonly string[] | undefined): unknown {
  const key = apiKeyOf(request);
  if (key === undefined) return errorBody("invalid_request_error", null, "Missing bearer authentication in header.");
  if (apiKeys === undefined || apiKeys.includes(key)) return undefined;
  return errorBody("invalid_request_error", "invalid_api_key", "Incorrect API key provided.");
}

/** The few REST routes a bridge asks: the models. */
export function answerRest(
  request: IncomingMessage,
  response: ServerResponse,
  apiKeys: readonly string[] | undefined,
): void {
  const path = new URL(request.url ?? "/", "http://127.0.0.1").pathname;
  const refusal = refusalOf(request, apiKeys);
  if (refusal !== undefined) return answerJson(response, 401, refusal);
  if (path === "/v1/models")
    return answerJson(response, 200, { object: "list", data: [...realtimeModels.keys()].map(shown) });
  const id = /^\/v1\/models\/([^/]+)$/.exec(path)?.[1];
  if (id !== undefined && realtimeModels.has(id)) return answerJson(response, 200, shown(id));
  answerJson(response, 404, errorBody("invalid_request_error", null, `Invalid URL (${request.method} ${path})`));
}

const shown = (id: string) => ({ id, object: "model", created: 0, owned_by: "openai" });

function answerJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
