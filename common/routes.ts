import { type CallSid, isCallSid } from "./ids.ts";
import { type VerdictNews, newsQuery } from "./verdict.ts";

/** The Worker's paths that the Functions name. A stream's URL must have a path and no query: Twilio drops the query. */
export const streamPath = (callSid: CallSid): string => `/websocket/${callSid}`;
export const preparePath = (callSid: CallSid): string => `/calls/${callSid}/prepare`;
export const verdictPath = (callSid: CallSid, news: VerdictNews = {}): string =>
  `/calls/${callSid}/verdict${newsQuery(news)}`;
export const whisperPath = (callSid: CallSid): string => `/calls/${callSid}/whisper`;
export const admitPath = "/outbound/admit";
export const outcomePath = "/outbound/outcome";
/** Where a call is broken on purpose, in development. */
export const faultPath = (callSid: CallSid): string => `/dev/faults/${callSid}`;

/** What Twilio tells the Worker about a call by itself: its status, who answered, its streams, its recordings. */
export const callbackNames = ["status", "amd", "stream-status", "recording"] as const;
export type CallbackName = (typeof callbackNames)[number];

/** Where Twilio tells it. Of a call that is yet to be placed nobody knows the CallSid: the form names it. */
export const callbackPath = (name: CallbackName, callSid?: CallSid): string =>
  callSid === undefined ? `/calls/${name}` : `/calls/${callSid}/${name}`;

/** Where an operator logs in. */
export const loginPath = "/login";

/** The Functions' paths. */
export const twimlPath = "/twiml";
export const streamEndedPath = "/stream-ended";
export const whisperFunctionPath = "/whisper";
export const outboundPath = "/outbound";

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
  | { name: "whisper"; callSid: CallSid }
  | { name: "admit" }
  | { name: "outcome" }
  | { name: "fault"; callSid: CallSid }
  | { name: "callback"; of: CallbackName; callSid: CallSid | undefined }
  | { name: "login" }
  | { name: "logout" }
  | { name: "call"; callSid: CallSid }
  | { name: "hang-up"; callSid: CallSid }
  | { name: "unknown" };

/** Reads a request's path; anything malformed is `unknown`. */
export function parseRoute(pathname: string): Route {
  if (pathname === "/") return { name: "status-page" };
  if (pathname === "/health") return { name: "health" };
  if (pathname === admitPath) return { name: "admit" };
  if (pathname === outcomePath) return { name: "outcome" };
  if (pathname === loginPath) return { name: "login" };
  if (pathname === "/logout") return { name: "logout" };
  const [, collection, ...parts] = pathname.split("/");
  if (collection === "api") return parseApiRoute(parts);
  if (collection === "calls") return parseCallRoute(parts);
  if (collection === "dev" && parts[0] === "faults" && parts.length === 2 && isCallSid(parts[1]))
    return { name: "fault", callSid: parts[1] };
  const [callSid, ...rest] = parts;
  if (collection === "websocket" && rest.length === 0 && isCallSid(callSid)) return { name: "stream", callSid };
  return { name: "unknown" };
}

function parseCallRoute(parts: string[]): Route {
  const [first, action, ...rest] = parts;
  const of = callbackNames.find((name) => name === (action ?? first));
  if (of !== undefined && action === undefined) return { name: "callback", of, callSid: undefined };
  if (rest.length > 0 || !isCallSid(first)) return { name: "unknown" };
  if (of !== undefined) return { name: "callback", of, callSid: first };
  if (action === "prepare" || action === "verdict" || action === "whisper") return { name: action, callSid: first };
  return { name: "unknown" };
}

function parseApiRoute(parts: string[]): Route {
  const [collection, callSid, action, ...rest] = parts;
  if (collection !== "calls" || !isCallSid(callSid) || rest.length > 0) return { name: "unknown" };
  if (action === undefined) return { name: "call", callSid };
  return action === "hang-up" ? { name: "hang-up", callSid } : { name: "unknown" };
}
