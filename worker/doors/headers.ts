/** A year: the browser asks us by https alone. Without the host's siblings, of which we know nothing. */
const strictTransport = "max-age=31536000";

/** What no answer of ours needs, unless it says so itself. */
const nothingAllowed = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The answer, as a browser should take it: nothing of it is guessed at, framed, kept, or handed to another site. */
export function secured(response: Response, request: Request): Response {
  if (response.status === 101) return response;
  const headers = new Headers(response.headers);
  headers.set("x-content-type-options", "nosniff");
  headers.set("referrer-policy", "no-referrer");
  headers.set("cross-origin-resource-policy", "same-origin");
  headers.set("cross-origin-opener-policy", "same-origin");
  if (!headers.has("content-security-policy")) headers.set("content-security-policy", nothingAllowed);
  if (!headers.has("cache-control")) headers.set("cache-control", "no-store");
  if (new URL(request.url).protocol === "https:") headers.set("strict-transport-security", strictTransport);
  return new Response(response.body, { status: response.status, headers });
}
