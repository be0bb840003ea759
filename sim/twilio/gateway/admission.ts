import { validateRequest, validateRequestWithBody } from "twilio/lib/webhooks/webhooks.js";
import type { FunctionRoute } from "./routes.ts";

/** A request that arrives at the platform. `url` is the public one, with its query. */
export type PlatformRequest = {
  method: string;
  url: URL;
  contentType: string;
  signature: string;
  body: string;
};

/** Why the platform does not pass a request on. */
export type Turned = { status: number; reason: string };

/**
 * What the platform in front of the Functions refuses (twilio.md 5.2, 5.3): unknown and private paths, methods,
 * bodies, and on protected Functions a signature that is missing or wrong. Undefined lets the request pass.
 */
export function refusalOf(
  request: PlatformRequest,
  routes: readonly FunctionRoute[],
  authToken: string,
): Turned | undefined {
  const route = routes.find(({ path }) => path === request.url.pathname);
  if (route === undefined || route.visibility === "private") return { status: 404, reason: "Not found" };
  if (!["GET", "POST", "OPTIONS"].includes(request.method)) return { status: 405, reason: "Method not allowed" };
  if (request.method === "GET" && request.body !== "") return { status: 403, reason: "Forbidden" };
  if (request.body !== "" && !isForm(request) && !isJson(request))
    return { status: 415, reason: "Unsupported media type" };
  // The runtime answers OPTIONS itself, before any Function is asked.
  if (route.visibility === "public" || request.method === "OPTIONS" || isSigned(request, authToken)) return undefined;
  return { status: 400, reason: "Twilio Request Validation Failed." };
}

function isSigned(request: PlatformRequest, authToken: string): boolean {
  const { url, signature, body } = request;
  if (signature === "") return false;
  if (isJson(request)) return validateRequestWithBody(authToken, signature, url.href, body);
  return validateRequest(authToken, signature, url.href, formOf(body));
}

/** A form as the signature sees it: a name that comes more than once has a list of values. */
function formOf(body: string): Record<string, string | string[]> {
  const form = new URLSearchParams(body);
  return Object.fromEntries(
    [...new Set(form.keys())].map((name) => {
      const values = form.getAll(name);
      return [name, values.length === 1 ? (values[0] ?? "") : values];
    }),
  );
}

const isForm = ({ contentType }: PlatformRequest): boolean =>
  contentType.startsWith("application/x-www-form-urlencoded");
const isJson = ({ contentType }: PlatformRequest): boolean => contentType.startsWith("application/json");
