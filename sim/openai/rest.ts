import type { IncomingMessage, ServerResponse } from "node:http";
import { errorBody } from "./admission.ts";
import type { Dialect } from "./dialects/dialect.ts";
import { liveModels, realtimeModels } from "./models.ts";

/** The refusal of a request without an acceptable key. Without a list, any key will do. */
export function refusalOf(key: string | undefined, apiKeys: readonly string[] | undefined): unknown {
  if (key === undefined) return errorBody("invalid_request_error", null, "Missing bearer authentication in header.");
  if (apiKeys === undefined || apiKeys.includes(key)) return undefined;
  return errorBody("invalid_request_error", "invalid_api_key", "Incorrect API key provided.");
}

/** The few REST routes a bridge asks: the models. */
export function answerRest(
  request: IncomingMessage,
  response: ServerResponse,
  dialect: Dialect,
  apiKeys: readonly string[] | undefined,
): void {
  const path = new URL(request.url ?? "/", "http://127.0.0.1").pathname;
  const refusal = refusalOf(dialect.keyOf(request), apiKeys);
  if (refusal !== undefined) return answerJson(response, 401, refusal);
  const models = [...realtimeModels.keys(), ...(dialect.hasLive ? liveModels : [])];
  const list = `${dialect.basePath}/models`;
  if (path === list) return answerJson(response, 200, { object: "list", data: models.map(shown) });
  const id = path.startsWith(`${list}/`) ? path.slice(list.length + 1) : undefined;
  if (id !== undefined && models.includes(id)) return answerJson(response, 200, shown(id));
  answerJson(response, 404, errorBody("invalid_request_error", null, `Invalid URL (${request.method} ${path})`));
}

const shown = (id: string) => ({ id, object: "model", created: 0, owned_by: "openai" });

function answerJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
