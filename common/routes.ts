import { type CallSid, isCallSid } from "./ids.ts";

/** The Worker's paths that the Functions name. A stream's URL must have a path and no query: Twilio drops the query. */
export const streamPath = (callSid: CallSid): string => `/websocket/${callSid}`;
export const preparePath = (callSid: CallSid): string => `/calls/${callSid}/prepare`;
export const verdictPath = (callSid: CallSid): string => `/calls/${callSid}/verdict`;

/** The Functions' paths. */
export const streamEndedPath = "/stream-ended";

/**
 * The WebSocket address of a path on a server: `https` becomes `wss`, `http` (loopback only, see settings) `ws`.
 * Only the origin of `serverUrl` counts, as for every signature.
 */
export const streamUrl = (serverUrl: string, callSid: CallSid): string =>
  new URL(serverUrl).origin.replace(/^http/, "ws") + streamPath(callSid);

/** What a path of the Worker means; `callSid` is checked for its shape. */
export type Route =
  | { name: "status-page" }
  | { name: "health" }
  | { name: "stream"; callSid: CallSid }
  | { name: "prepare"; callSid: CallSid }
  | { name: "verdict"; callSid: CallSid }
  | { name: "unknown" };

/** Reads a request's path; anything malformed is `unknown`. */
export function parseRoute(pathname: string): Route {
  if (pathname === "/") return { name: "status-page" };
  if (pathname === "/health") return { name: "health" };
  const [, collection, callSid, action, ...rest] = pathname.split("/");
  if (rest.length > 0 || !isCallSid(callSid)) return { name: "unknown" };
  if (collection === "websocket" && action === undefined) return { name: "stream", callSid };
  if (collection === "calls" && (action === "prepare" || action === "verdict")) return { name: action, callSid };
  return { name: "unknown" };
}
