/**
 * Whether a request that changes something was made by a page of another site: a browser says so by itself, and no page
 * can make it lie. SameSite cookies alone would let in a page of a sibling's host name. Who says neither is no browser.
 */
export function isFromElsewhere(request: Request): boolean {
  const site = request.headers.get("sec-fetch-site");
  if (site !== null) return site !== "same-origin" && site !== "none";
  const origin = request.headers.get("origin");
  return origin !== null && hostOf(origin) !== new URL(request.url).host;
}

/** Without its scheme: a tunnel that ends TLS hands on plain http. */
const hostOf = (origin: string): string | undefined => (URL.canParse(origin) ? new URL(origin).host : undefined);

/** A method that changes nothing may be asked by anybody's page: it is not given the answer. */
export const isSafe = ({ method }: Request): boolean => method === "GET" || method === "HEAD";
