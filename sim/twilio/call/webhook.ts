import { randomUUID } from "node:crypto";
import type { Method } from "../twiml/verb.ts";
import type { CallLog, Purpose } from "./call-log.ts";
import type { Platform } from "./platform.ts";
import { sign } from "./signature.ts";

/** Twilio waits no longer for a webhook (twilio.md 3.1). */
const ceilingMs = 15_000;
const mostRedirects = 10;

export type WebhookRequest = {
  purpose: Purpose;
  url: string;
  method: Method;
  parameters: Record<string, string>;
};

/** `url` is where the answer came from, after redirects. */
export type WebhookAnswer = { url: string; contentType: string; body: string };

/** Why there is no answer: 11200 for a status that is not 2xx or no answer in time, 11205 for no connection. */
export type WebhookFailure = { code: 11200 | 11205; message: string };

/**
 * Asks a server, signed as Twilio signs (twilio.md 3.2): 15 s at most, once more when no connection comes about,
 * redirects followed with GET and without the parameters. Every attempt is logged; a failure is not, it is returned.
 * An aborted `signal` gives a failure, too. Whoever asks again for the same thing passes the same `idempotencyToken`.
 */
export async function askWebhook(
  platform: Platform,
  request: WebhookRequest,
  log: CallLog,
  signal?: AbortSignal,
  idempotencyToken: string = randomUUID(),
): Promise<WebhookAnswer | WebhookFailure> {
  const first = await followRedirects(platform, request, idempotencyToken, log, signal);
  const isConnectFailure = "code" in first && first.code === 11205;
  if (!isConnectFailure || signal?.aborted === true) return first;
  return followRedirects(platform, request, idempotencyToken, log, signal);
}

async function followRedirects(
  platform: Platform,
  request: WebhookRequest,
  idempotencyToken: string,
  log: CallLog,
  signal: AbortSignal | undefined,
): Promise<WebhookAnswer | WebhookFailure> {
  let current = request;
  for (let redirects = 0; redirects <= mostRedirects; redirects++) {
    const answer = await ask(platform, current, idempotencyToken, log, signal);
    if (!("redirectedTo" in answer)) return answer;
    current = { ...request, url: answer.redirectedTo, method: "GET", parameters: {} };
  }
  return { code: 11200, message: `more than ${mostRedirects} redirects from ${request.url}` };
}

async function ask(
  platform: Platform,
  request: WebhookRequest,
  idempotencyToken: string,
  log: CallLog,
  signal: AbortSignal | undefined,
): Promise<WebhookAnswer | WebhookFailure | { redirectedTo: string }> {
  const { url, init } = signedRequest(platform.authToken, request, idempotencyToken);
  const ceiling = new AbortController();
  const timer = platform.clock.after(ceilingMs, () => ceiling.abort());
  const startMs = platform.clock.nowMs();
  const note = (status: number | undefined): void => {
    const durationMs = platform.clock.nowMs() - startMs;
    log.add({ kind: "request", purpose: request.purpose, method: request.method, url, status, durationMs });
  };
  try {
    const signals = signal === undefined ? [ceiling.signal] : [ceiling.signal, signal];
    const response = await fetch(url, { ...init, redirect: "manual", signal: AbortSignal.any(signals) });
    const body = await response.text();
    note(response.status);
    const location = response.headers.get("location");
    if (response.status >= 300 && response.status < 400 && location !== null)
      return { redirectedTo: new URL(location, url).href };
    if (!response.ok) return { code: 11200, message: `${url} answered ${response.status}` };
    return { url, contentType: response.headers.get("content-type") ?? "", body };
  } catch (error) {
    note(undefined);
    if (ceiling.signal.aborted) return { code: 11200, message: `${url} did not answer within ${ceilingMs} ms` };
    return { code: 11205, message: `${url} could not be reached: ${reasonOf(error)}` };
  } finally {
    timer.cancel();
  }
}

function signedRequest(
  authToken: string,
  { url, method, parameters }: WebhookRequest,
  idempotencyToken: string,
): { url: string; init: RequestInit } {
  // The fragment holds connection overrides and is neither sent nor signed (twilio.md 3.1).
  const address = url.replace(/#.*$/, "");
  const form = new URLSearchParams(parameters);
  const query = method === "GET" && form.size > 0 ? `${address.includes("?") ? "&" : "?"}${form.toString()}` : "";
  const headers = {
    "User-Agent": "TwilioProxy/1.1",
    Accept: "*/*",
    "I-Twilio-Idempotency-Token": idempotencyToken,
    "X-Twilio-Signature": sign(authToken, address + query, method === "GET" ? {} : parameters),
  };
  const init = method === "GET" ? { method, headers } : { method, headers, body: form };
  return { url: address + query, init };
}

/** `fetch` hides why it failed in the cause of its error. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message || String(error.cause) : error.message;
}
