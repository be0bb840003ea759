import { sameSecret } from "../../common/secrets.ts";
import { isLoopback } from "../../common/setting-kinds.ts";
import { accessFault } from "./access-jwt.ts";
import { tooOften } from "./limits.ts";
import { lockOf, nothingIsSet } from "./operator-lock.ts";
import { isFromElsewhere, isSafe } from "./same-origin.ts";
import { hasSession } from "./session-cookie.ts";
import type { Entry } from "./entry.ts";
import type { Visit } from "./visit.ts";

const letIn: Entry = { body: "" };

/** The operators' door. No route behind it reads a body. */
export async function enterAsOperator(visit: Visit): Promise<Entry> {
  const { request, settings } = visit;
  if (!isSafe(request) && isFromElsewhere(request))
    return { status: 403, reason: "Another site's page asks for this." };
  const lock = lockOf(settings);
  switch (lock.by) {
    case "access": {
      const fault = await accessFault(request, lock);
      if (fault === undefined) return letIn;
      const note = { event: "operator.refused", fields: { reason: fault } };
      return { status: 403, reason: "Cloudflare Access does not vouch for you.", note };
    }
    case "secret":
      return enterWithSecret(visit, lock.secret);
    case "place":
      // A page of the internet whose host name leads to this machine would carry that name here.
      if (isLoopback(new URL(request.url).hostname)) return letIn;
      return { status: 403, reason: "Without OPERATOR_SECRET this is open to this machine alone." };
    case "nothing":
      return { status: 401, reason: nothingIsSet };
  }
}

/** By a cookie, for browsers, or by the secret itself, for programs. */
async function enterWithSecret({ request, limits }: Visit, secret: string): Promise<Entry> {
  const shown = /^Bearer +(.+?)\s*$/i.exec(request.headers.get("authorization") ?? "")?.[1];
  if (shown === undefined) {
    if (hasSession(secret, request, Date.now())) return letIn;
    return {
      status: 401,
      reason: "Log in at /login, or send Authorization: Bearer <OPERATOR_SECRET>.",
      headers: { "WWW-Authenticate": "Bearer" },
    };
  }
  // Counted before it is compared: who guesses fast must not learn of a hit either.
  if (!(await limits.allows("visit"))) return tooOften;
  return sameSecret(secret, shown) ? letIn : { status: 403, reason: "The secret is wrong." };
}
