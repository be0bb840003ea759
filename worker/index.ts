import type { CallSid } from "../common/ids.ts";
import { type OutboundAdmission, parseOutboundCall, parseOutcome } from "../common/outbound-call.ts";
import { parsePreparation } from "../common/preparation.ts";
import { type Route, parseRoute } from "../common/routes.ts";
import { SettingsError } from "../common/settings.ts";
import { parseNews } from "../common/verdict.ts";
import { assistantNamed } from "./assistants/index.ts";
import { takeCallback } from "./callback.ts";
import { takeFault } from "./dev/faults.ts";
import { type Doors, enter, turnAway } from "./doors/door.ts";
import { secured } from "./doors/headers.ts";
import { limitsFor } from "./doors/limits.ts";
import { login, logout } from "./doors/login.ts";
import { isRefused } from "./doors/entry.ts";
import type { Visit } from "./doors/visit.ts";
import { type Environment, readSettings, secretsOf, switchboardOf, variablesOf } from "./environment.ts";
import { health } from "./health.ts";
import { type Log, callLog } from "./log.ts";
import { hangUpCall, tellStory } from "./operator-api.ts";
import { plain } from "./plain.ts";
import { statusPage } from "./status-page.ts";

export { Call } from "./call.ts";
export { CallRecord } from "./record.ts";
export { Switchboard } from "./switchboard.ts";

/** Who may do what, route by route (DESIGN 6). */
const doors: Doors = {
  "status-page": { for: "anyone", methods: ["GET"] },
  health: { for: "anyone", methods: ["GET"] },
  login: { for: "anyone", methods: ["GET", "POST"] },
  stream: { for: "twilio", methods: ["upgrade"] },
  callback: { for: "twilio", methods: ["POST"] },
  prepare: { for: "functions", methods: ["POST"] },
  verdict: { for: "functions", methods: ["GET"] },
  whisper: { for: "functions", methods: ["GET"] },
  admit: { for: "functions", methods: ["POST"] },
  outcome: { for: "functions", methods: ["POST"] },
  fault: { for: "functions", methods: ["POST"] },
  logout: { for: "operators", methods: ["POST"] },
  call: { for: "operators", methods: ["GET"] },
  "hang-up": { for: "operators", methods: ["POST"] },
};

export default {
  async fetch(request, environment): Promise<Response> {
    return secured(await guarded(request, environment), request);
  },
} satisfies ExportedHandler<Environment>;

/** What we did wrong, and what the operator did, is told to the log; to who asks, only that it is so. */
async function guarded(request: Request, environment: Environment): Promise<Response> {
  try {
    return await visited(request, environment);
  } catch (error) {
    if (error instanceof SettingsError) {
      console.error(JSON.stringify({ event: "settings.wrong", message: error.message }));
      return plain(503, "This Worker is not configured yet; its log says what is missing.");
    }
    logFor(environment, "")("bug", { error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    return plain(500, "Something went wrong here.");
  }
}

async function visited(request: Request, environment: Environment): Promise<Response> {
  const settings = readSettings(environment);
  const route = parseRoute(new URL(request.url).pathname);
  const log = logFor(environment, "callSid" in route ? (route.callSid ?? "") : "", settings);
  const visit: Visit = { request, environment, settings, limits: limitsFor(environment, request), log };
  if (route.name === "unknown" || (route.name === "fault" && settings.CHAOS !== "on"))
    return turnAway(visit, { status: 404, reason: "There is nothing here." });
  const entry = await enter(visit, doors[route.name]);
  return isRefused(entry) ? turnAway(visit, entry) : answer(visit, route, entry.body);
}

/** The answer to who has been let in. */
async function answer(visit: Visit, route: Exclude<Route, { name: "unknown" }>, body: string): Promise<Response> {
  const { request, environment, settings, log } = visit;
  switch (route.name) {
    case "status-page":
      return statusPage(settings);
    case "health":
      return Response.json(await health(settings));
    case "login":
      return login(visit);
    case "logout":
      return logout(visit);
    case "stream":
      return callOf(environment, route).fetch(request);
    case "prepare":
      return prepare(environment, route, body);
    case "verdict":
      return Response.json(await callOf(environment, route).verdict(parseNews(new URL(request.url).searchParams)));
    case "whisper":
      return Response.json({ whisper: await callOf(environment, route).whisper() });
    case "admit":
      return admit(environment, body);
    case "outcome":
      return takeOutcome(environment, body);
    case "fault":
      return takeFault(body, (fault) => callOf(environment, route).inflict(fault));
    case "callback":
      return takeCallback(body, route, {
        tell: async (callSid, report) => callOf(environment, { callSid }).carrierReported(report),
        logFor: (callSid) => logFor(environment, callSid, settings),
      });
    case "call":
      return tellStory(environment, route.callSid);
    case "hang-up":
      return hangUpCall(settings, route.callSid, log);
  }
}

/** A call was answered, and its stream will follow. */
async function prepare(environment: Environment, route: { callSid: CallSid }, body: string): Promise<Response> {
  const preparation = parsePreparation(body);
  if (preparation === undefined) return plain(400, "The body is no JSON object.");
  return Response.json(await callOf(environment, route).prepare(preparation));
}

/** A call is to be placed. */
async function admit(environment: Environment, body: string): Promise<Response> {
  const call = parseOutboundCall(body);
  if (call === undefined) return plain(400, "The body is no call.");
  if (call.assistant !== undefined && assistantNamed(call.assistant) === undefined)
    return Response.json({ kind: "assistant-unknown" } satisfies OutboundAdmission);
  return Response.json(await switchboardOf(environment).admitOutbound(call));
}

/** It was placed, or not. */
async function takeOutcome(environment: Environment, body: string): Promise<Response> {
  const outcome = parseOutcome(body);
  if (outcome === undefined) return plain(400, "The body names no intent.");
  await switchboardOf(environment).takeOutcome(outcome);
  return Response.json({});
}

const callOf = (environment: Environment, { callSid }: { callSid: string }) => environment.CALL.getByName(callSid);

const logFor = (environment: Environment, callSid: string, settings = readSettings(environment)): Log =>
  callLog(callSid, secretsOf(settings, variablesOf(environment)));
