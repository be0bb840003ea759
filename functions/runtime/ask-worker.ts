import { linkSignatureHeader, signLinkRequest } from "../../common/link-signature.ts";
import { linkSecret } from "../../common/secrets.ts";
import type { FunctionsSettings } from "../../common/settings.ts";

/** A question to the Worker; one with a `body` is a POST of JSON. */
type Question = { path: string; body?: object; deadlineMs: number };

/**
 * Asks the Worker, with a signature that only this call's two sides can make; gives its JSON, of which nothing is
 * known.
 *
 * @throws Error when it does not answer in time, or refuses.
 */
export async function askWorker(settings: FunctionsSettings, { path, body, deadlineMs }: Question): Promise<unknown> {
  const method = body === undefined ? "GET" : "POST";
  const text = body === undefined ? "" : JSON.stringify(body);
  const signature = signLinkRequest(linkSecret(settings), { method, path, body: text }, Date.now());
  const response = await fetch(new URL(path, settings.SERVER_URL), {
    method,
    headers: { [linkSignatureHeader]: signature, ...(body !== undefined && { "content-type": "application/json" }) },
    ...(body !== undefined && { body: text }),
    redirect: "error",
    signal: AbortSignal.timeout(deadlineMs),
  });
  if (!response.ok) throw new Error(`The Worker answered ${response.status}.`);
  return response.json();
}
