import type { Refusal } from "./entry.ts";

/** How a route is asked; an upgrade is a GET that asks for a WebSocket. */
export type Method = "GET" | "POST" | "upgrade";

/** Whether a request asks for a WebSocket. */
export const isUpgrade = ({ method, headers }: Request): boolean =>
  method === "GET" && headers.get("upgrade")?.toLowerCase() === "websocket";

/** Why a request cannot be made so; `undefined` when it can. */
export function methodRefusal(request: Request, methods: readonly Method[]): Refusal | undefined {
  if (methods.some((method) => (method === "upgrade" ? isUpgrade(request) : method === request.method)))
    return undefined;
  const named = methods.filter((method) => method !== "upgrade");
  if (named.length === 0 && request.method === "GET")
    return { status: 426, reason: "This is a WebSocket.", headers: { Upgrade: "websocket" } };
  const allowed = named.length === 0 ? ["GET"] : named;
  return {
    status: 405,
    reason: `Only ${allowed.join(" and ")} is answered here.`,
    headers: { Allow: allowed.join(", ") },
  };
}
