import { type IncomingMessage, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { isRetired, realtimeModels } from "./models.ts";
import { errorBody, refusalOf } from "./rest.ts";

/** What becomes of an upgrade request (openai.md A1). */
export type Admission =
  /** An HTTP status and a body that says why. */
  | { type: "refuse"; status: number; body: unknown }
  /** The socket opens, one `error` comes, and it closes. */
  | { type: "open-and-close"; code: string; message: string }
  | { type: "admit"; model: string; warnings: string[] };

/** Judges an upgrade by its path, key, headers and query. */
export function judge(request: IncomingMessage, apiKeys: readonly string[] | undefined): Admission {
  const url = new URL(request.url ?? "/", "http://127.0.0.1");
  if (url.pathname !== "/v1/realtime") return refuse(404, `Invalid URL (GET ${url.pathname})`);
  const refusal = refusalOf(request, apiKeys);
  if (refusal !== undefined) return { type: "refuse", status: 401, body: refusal };
  if (request.headers["openai-beta"] !== undefined)
    return {
      type: "open-and-close",
      code: "beta_api_shape_disabled",
      message: "The beta shape of the Realtime API is no longer supported. Remove the OpenAI-Beta header.",
    };
  const targets = ["model", "call_id", "intent"].filter((name) => url.searchParams.has(name));
  if (targets.length !== 1) return refuse(400, "Pass exactly one of 'model', 'call_id' and 'intent'.");
  const model = url.searchParams.get("model");
  if (model === null) return refuse(400, `The stand-in does not simulate '${targets[0]}'.`);
  if (!realtimeModels.has(model)) return unknownModel(model);
  const strangers = [...url.searchParams.keys()].filter((name) => name !== "model");
  return {
    type: "admit",
    model,
    warnings: strangers.map((name) => `The query parameter '${name}' is not documented.`),
  };
}

/** Answers an upgrade request with a status and a JSON body, and ends the connection. */
export function refuseUpgrade(socket: Duplex, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${Buffer.byteLength(text)}\r\nConnection: close\r\n\r\n${text}`,
  );
}

const refuse = (status: number, message: string): Admission => ({
  type: "refuse",
  status,
  body: errorBody("invalid_request_error", null, message),
});

const unknownModel = (model: string): Admission => ({
  type: "open-and-close",
  code: "model_not_found",
  message: isRetired(model)
    ? `The model '${model}' was shut down on 2026-05-07.`
    : `The model '${model}' does not exist or you do not have access to it.`,
});
