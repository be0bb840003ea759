import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { isOver } from "../call/call-facts.ts";
import type { Call } from "../call/call-request.ts";
import type { RecordingStore } from "../call/recording-store.ts";
import { type CallUpdate, type NewCall, type Permissions, readNewCall, readUpdate } from "./call-parameters.ts";
import { callResource, callsUri } from "./call-resource.ts";
import { recordingAnswer } from "./recording-resource.ts";
import { type Answer, type Refusal, refuse, toAnswer } from "./rest-error.ts";

export type RestSettings = Permissions & {
  accountSid: string;
  /** Who may use the API: account or API key SID, and its secret (twilio.md 2, 4.3). */
  credentials: ReadonlyMap<string, string>;
  /** All calls of the account, newest first. */
  calls: () => Call[];
  recordings: RecordingStore;
  /** Why no further call can be made now. */
  congestion: () => Refusal | undefined;
  place: (call: NewCall) => Call;
  /** Takes the refusal that was ordered for the next request. */
  nextRefusal: () => Refusal | undefined;
};

type Request = { method: string; url: URL; form: URLSearchParams };

const notFound = (url: URL): Refusal => refuse(20404, `The requested resource ${url.pathname} was not found`, 404);

/** The REST API, as far as calls (create, fetch, list, update) and recordings go (twilio.md 4), with Twilio's errors. */
export function restApi(settings: RestSettings): RequestListener {
  return (request, response) => {
    void answer(settings, request).then((given) => send(response, given));
  };
}

async function answer(settings: RestSettings, message: IncomingMessage): Promise<Answer> {
  const url = new URL(message.url ?? "/", "http://api");
  const form = new URLSearchParams(await text(message));
  if (!isAuthentic(message.headers.authorization, settings.credentials)) {
    return toAnswer(refuse(20003, "Authenticate", 401));
  }
  const refusal = settings.nextRefusal();
  if (refusal !== undefined) return toAnswer(refusal);
  return route(settings, { method: message.method ?? "GET", url, form });
}

function route(settings: RestSettings, request: Request): Answer {
  const { method, url, form } = request;
  const base = callsUri(settings.accountSid);
  if (url.pathname === `${base}.json`) {
    if (method === "GET") return { status: 200, body: listCalls(settings, url) };
    if (method === "POST") return createCall(settings, form);
    return toAnswer(refuse(20004, "Method not allowed", 405));
  }
  const recording = recordingAnswer(settings, method, url);
  if (recording !== undefined) return recording;
  const callSid = url.pathname.startsWith(`${base}/`) ? url.pathname.slice(base.length + 1).replace(/\.json$/, "") : "";
  const call = settings.calls().find(({ facts }) => facts.sid === callSid);
  if (call === undefined) return toAnswer(notFound(url));
  if (method === "GET") return { status: 200, body: callResource(call.facts) };
  if (method === "POST") return updateCall(call, form);
  return toAnswer(refuse(20004, "Method not allowed", 405));
}

function createCall(settings: RestSettings, form: URLSearchParams): Answer {
  const wanted = readNewCall(form, settings);
  if ("code" in wanted) return toAnswer(wanted);
  const congestion = settings.congestion();
  if (congestion !== undefined) return toAnswer(congestion);
  return { status: 201, body: callResource(settings.place(wanted).facts) };
}

function updateCall(call: Call, form: URLSearchParams): Answer {
  const update = readUpdate(form);
  if ("code" in update) return toAnswer(update);
  const refusal = refusalOf(call, update);
  if (refusal !== undefined) return toAnswer(refusal);
  if ("end" in update) call.end(update.end);
  else call.redirect(update.redirect);
  return { status: 200, body: callResource(call.facts) };
}

/** Only a call that is going on can be changed, and only one that was not answered can be canceled (twilio.md 4.5). */
function refusalOf({ facts }: Call, update: CallUpdate): Refusal | undefined {
  if (isOver(facts)) return refuse(21220, "Unable to update record: the call is not in-progress.");
  if ("end" in update && update.end === "canceled" && facts.status === "in-progress")
    return refuse(21220, "Unable to update record: the call was answered and cannot be canceled.");
  if ("redirect" in update && facts.status !== "in-progress")
    return refuse(21220, "Unable to update record: the call is not in-progress. Cannot redirect.");
  return undefined;
}

function listCalls({ accountSid, calls }: RestSettings, url: URL): object {
  const page = Number(url.searchParams.get("Page") ?? 0);
  const pageSize = Math.min(1_000, Number(url.searchParams.get("PageSize") ?? 50));
  const filters = { to: "To", from: "From", status: "Status", parentSid: "ParentCallSid" } as const;
  const found = calls().filter(({ facts }) =>
    (["to", "from", "status", "parentSid"] as const).every((field) => {
      const wanted = url.searchParams.get(filters[field]);
      return wanted === null || wanted === facts[field];
    }),
  );
  const start = page * pageSize;
  const uriOf = (number: number): string => {
    const query = new URLSearchParams(url.searchParams);
    query.set("Page", String(number));
    query.set("PageSize", String(pageSize));
    return `${callsUri(accountSid)}.json?${query.toString()}`;
  };
  return {
    calls: found.slice(start, start + pageSize).map(({ facts }) => callResource(facts)),
    page,
    page_size: pageSize,
    start,
    end: Math.max(start, Math.min(start + pageSize, found.length) - 1),
    uri: uriOf(page),
    first_page_uri: uriOf(0),
    previous_page_uri: page > 0 ? uriOf(page - 1) : null,
    next_page_uri: start + pageSize < found.length ? uriOf(page + 1) : null,
  };
}

function isAuthentic(authorization: string | undefined, credentials: ReadonlyMap<string, string>): boolean {
  const encoded = /^Basic (.+)$/.exec(authorization ?? "")?.[1] ?? "";
  const [sid = "", ...secret] = Buffer.from(encoded, "base64").toString().split(":");
  const expected = Buffer.from(credentials.get(sid) ?? "");
  const given = Buffer.from(secret.join(":"));
  return expected.length > 0 && given.length === expected.length && timingSafeEqual(given, expected);
}

function send(response: ServerResponse, { status, body }: Answer): void {
  if (body === undefined) response.writeHead(status).end();
  else if (body instanceof Uint8Array) response.writeHead(status, { "Content-Type": "audio/x-wav" }).end(body);
  else response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
}
