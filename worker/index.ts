import type { CallSid } from "../common/ids.ts";
import { isLinkRequestSigned, linkSignatureHeader } from "../common/link-signature.ts";
import { type OutboundAdmission, parseOutboundCall, parseOutcome } from "../common/outbound-call.ts";
import { parsePreparation } from "../common/preparation.ts";
import { type Route, parseRoute } from "../common/routes.ts";
import { linkSecret } from "../common/secrets.ts";
import { SettingsError, type WorkerSettings } from "../common/settings.ts";
import { assistantNamed } from "./assistants/index.ts";
import { takeCallback } from "./callback.ts";
import { parseNews } from "../common/verdict.ts";
import { takeFault } from "./dev/faults.ts";
import { type Environment, authTokens, readSettings, secretsOf, switchboardOf, variablesOf } from "./environment.ts";
import { health } from "./health.ts";
import { callLog } from "./log.ts";
import { plain } from "./plain.ts";
import { statusPage } from "./status-page.ts";
import { readBounded } from "./tools/read-bounded.ts";
import { isTwilioSignature } from "./twilio/signature.ts";

export { Call } from "./call.ts";
export { CallRecord } from "./record.ts";
export { Switchboard } from "./switchboard.ts";

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
  if (route.name === "unknown" || (route.name === "fault" && settings.CHAOS !== "on"))
    return plain(404, "There is nothing here.");
  const method = isPosted(route) ? "POST" : "GET";
  if (request.method !== method) return plain(405, `Only ${method} is answered here.`, { Allow: method });
  switch (route.name) {
    case "status-page":
      return statusPage(settings);
    case "health":
      return Response.json(await health(settings), { headers: { "cache-control": "no-store" } });
    case "stream":
      return stream(visit, route);
    case "prepare":
      return fromFunction(visit, (body) => prepare(visit, route, body));
    case "verdict":
      return fromFunction(visit, () => verdict(visit, route));
    case "whisper":
      return fromFunction(visit, async () => Response.json({ whisper: await callOf(visit, route).whisper() }));
    case "admit":
      return fromFunction(visit, (body) => admit(visit, body));
    case "outcome":
      return fromFunction(visit, (body) => takeOutcome(visit, body));
    case "fault":
      return fromFunction(visit, (body) => takeFault(body, (fault) => callOf(visit, route).inflict(fault)));
    case "callback":
      return takeCallback(request, settings, route, {
        tell: async (callSid, report) => callOf(visit, { callSid }).carrierReported(report),
        logFor: (callSid) => callLog(callSid, secretsOf(settings, variablesOf(visit.environment))),
      });
  }
}

const isPosted = ({ name }: Route): boolean => ["prepare", "admit", "outcome", "callback", "fault"].includes(name);

/**
 * The phone company's stream. Everything that can be refused is refused here, before the call's object, or a model,
 * costs anything. The signed URL is the one that the TwiML named, so never the Host header's (twilio.md 1.7).
 */
function stream(visit: Visit, { callSid }: Route & { name: "stream" }): Response | Promise<Response> {
  const { request, settings } = visit;
  if (request.headers.get("upgrade")?.toLowerCase() !== "websocket")
    return plain(426, "This is a WebSocket.", { Upgrade: "websocket" });
  const signature = request.headers.get("x-twilio-signature");
  if (signature === null) return plain(401, "The X-Twilio-Signature header is missing.");
  const signedUrl = new URL(settings.SERVER_URL).origin.replace(/^http/, "ws") + new URL(request.url).pathname;
  if (!isTwilioSignature(authTokens(settings), signedUrl, signature)) {
    // The likeliest cause is a SERVER_URL that is not the address in the TwiML: so it is said what was expected.
    callLog(callSid, secretsOf(settings, variablesOf(visit.environment)))("stream.refused-at-door", {
      expectedUrl: signedUrl,
    });
    return plain(403, "The signature is not Twilio's.");
  }
  return callOf(visit, { callSid }).fetch(request);
}

/** A Function says no more than this: fifty parameters, in letters of any script. */
const maxBodyBytes = 65_536;

/** A Function asks: answers when it has signed for exactly this request, with the body as text. */
async function fromFunction(
  { request, settings }: Visit,
  answered: (body: string) => Promise<Response>,
): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const header = request.headers.get(linkSignatureHeader);
  if (header === null) return plain(401, "The request is not signed.");
  const body = await readBounded(request, maxBodyBytes);
  const signed = { method: request.method, path: pathname + search, body };
  const isSigned = isLinkRequestSigned(linkSecret(settings), signed, header, Date.now());
  return isSigned ? answered(body) : plain(403, "The signature is wrong, or too old.");
}

/** A call was answered, and its stream will follow. */
async function prepare(visit: Visit, route: { callSid: CallSid }, body: string): Promise<Response> {
  const preparation = parsePreparation(body);
  if (preparation === undefined) return plain(400, "The body is no JSON object.");
  return Response.json(await callOf(visit, route).prepare(preparation));
}

/** What should follow a stream, or a transfer, of which the query tells the outcome. */
async function verdict(visit: Visit, route: { callSid: CallSid }): Promise<Response> {
  const news = parseNews(new URL(visit.request.url).searchParams);
  return Response.json(await callOf(visit, route).verdict(news));
}

/** A call is to be placed. */
async function admit({ environment }: Visit, body: string): Promise<Response> {
  const call = parseOutboundCall(body);
  if (call === undefined) return plain(400, "The body is no call.");
  if (call.assistant !== undefined && assistantNamed(call.assistant) === undefined)
    return Response.json({ kind: "assistant-unknown" } satisfies OutboundAdmission);
  return Response.json(await switchboardOf(environment).admitOutbound(call));
}

/** It was placed, or not. */
async function takeOutcome({ environment }: Visit, body: string): Promise<Response> {
  const outcome = parseOutcome(body);
  if (outcome === undefined) return plain(400, "The body names no intent.");
  await switchboardOf(environment).takeOutcome(outcome);
  return Response.json({});
}

const callOf = ({ environment }: Visit, { callSid }: { callSid: string }) => environment.CALL.getByName(callSid);
