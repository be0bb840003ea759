import { isLinkRequestSigned, linkSignatureHeader } from "../common/link-signature.ts";
import { type Route, parseRoute } from "../common/routes.ts";
import { linkSecret } from "../common/secrets.ts";
import { SettingsError, type WorkerSettings } from "../common/settings.ts";
import { type Environment, readSettings, secretsOf } from "./environment.ts";
import { health } from "./health.ts";
import { callLog } from "./log.ts";
import { statusPage } from "./status-page.ts";
import { isTwilioSignature } from "./twilio/signature.ts";

export { Call } from "./call.ts";

type Visit = { request: Request; environment: Environment; settings: WorkerSettings };

export default {
  async fetch(request, environment): Promise<Response> {
    try {
      return await answer({ request, environment, settings: readSettings(environment) });
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error;
      console.error(JSON.stringify({ event: "settings.wrong", message: error.message }));
      return plain(503, "This Worker is not configured yet; its log says what is missing.");
    }
  },
} satisfies ExportedHandler<Environment>;

/** Who may do what, route by route (DESIGN 6). */
async function answer(visit: Visit): Promise<Response> {
  const { request, settings } = visit;
  const route = parseRoute(new URL(request.url).pathname);
  if (route.name === "unknown") return plain(404, "There is nothing here.");
  if (request.method !== "GET") return plain(405, "Only GET is answered here.", { Allow: "GET" });
  switch (route.name) {
    case "status-page":
      return statusPage(settings);
    case "health":
      return Response.json(await health(settings), { headers: { "cache-control": "no-store" } });
    case "stream":
      return stream(visit, route);
    case "verdict":
      return verdict(visit, route);
  }
}

/**
 * The phone company's stream. Everything that can be refused is refused here, before the call's object, or a model,
 * costs anything. The signed URL is the one that the TwiML named, so never the Host header's (twilio.md 1.7).
 */
function stream(
  { request, environment, settings }: Visit,
  { callSid }: Route & { name: "stream" },
): Response | Promise<Response> {
  if (request.headers.get("upgrade")?.toLowerCase() !== "websocket")
    return plain(426, "This is a WebSocket.", { Upgrade: "websocket" });
  const signature = request.headers.get("x-twilio-signature");
  if (signature === null) return plain(401, "The X-Twilio-Signature header is missing.");
  const signedUrl = new URL(settings.SERVER_URL).origin.replace(/^http/, "ws") + new URL(request.url).pathname;
  if (!isTwilioSignature(authTokens(settings), signedUrl, signature)) {
    // The likeliest cause is a SERVER_URL that is not the address in the TwiML: so it is said what was expected.
    callLog(callSid, secretsOf(settings))("stream.refused-at-door", { expectedUrl: signedUrl });
    return plain(403, "The signature is not Twilio's.");
  }
  return environment.CALL.getByName(callSid).fetch(request);
}

/** What should follow a stream: asked by the Function that Twilio runs after it. */
async function verdict(
  { request, environment, settings }: Visit,
  { callSid }: Route & { name: "verdict" },
): Promise<Response> {
  const { pathname: path, search } = new URL(request.url);
  const header = request.headers.get(linkSignatureHeader);
  if (header === null) return plain(401, "The request is not signed.");
  const isSigned = isLinkRequestSigned(
    linkSecret(settings),
    { method: "GET", path: path + search },
    header,
    Date.now(),
  );
  if (!isSigned) return plain(403, "The signature is wrong, or too old.");
  return Response.json({ verdict: await environment.CALL.getByName(callSid).verdict() });
}

/** Two tokens are good while the account's token is being rotated. */
const authTokens = (settings: WorkerSettings): string[] =>
  [settings.TWILIO_AUTH_TOKEN, settings.TWILIO_AUTH_TOKEN_SECONDARY].filter((token) => token !== undefined);

const plain = (status: number, text: string, headers: Record<string, string> = {}): Response =>
  new Response(`${text}\n`, { status, headers: { "content-type": "text/plain; charset=utf-8", ...headers } });
