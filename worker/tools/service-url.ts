import { isLoopback, isPublicHost } from "./public-host.ts";

/**
 * Why a tool must not send to an address, as a predicate; `undefined` when it may. `allowLoopback` lets services of
 * this machine pass, also by plain http, and nothing else.
 */
export function serviceUrlFault(url: URL, allowLoopback = false): string | undefined {
  if (url.username !== "" || url.password !== "")
    return "must hold no credentials: put them into a header, as a secret";
  if (allowLoopback && isLoopback(url.hostname) && /^https?:$/.test(url.protocol)) return undefined;
  if (url.protocol !== "https:") return "must begin with https://";
  return isPublicHost(url.hostname) ? undefined : "must lead to a host of the public internet";
}
