import { loginPath } from "../../common/routes.ts";
import { sameSecret } from "../../common/secrets.ts";
import { htmlPage } from "../html-page.ts";
import { turnAway } from "./door.ts";
import { tooOften } from "./limits.ts";
import { type OperatorLock, lockOf, nothingIsSet } from "./operator-lock.ts";
import { bodyDeadlineMs, readBody } from "./read-body.ts";
import { isFromElsewhere, isSafe } from "./same-origin.ts";
import { endedCookie, sessionCookie } from "./session-cookie.ts";
import { isRefused } from "./entry.ts";
import type { Visit } from "./visit.ts";

/** A secret, and the browser's words around it. */
const maxBytes = 4_096;

/** Why there is nothing to log in to. */
const withoutLogin: Record<Exclude<OperatorLock["by"], "secret">, string> = {
  access: "Cloudflare Access says who is an operator here: there is nothing to log in to.",
  place: "On this machine nobody has to log in.",
  nothing: nothingIsSet,
};

/** The page that asks for the secret, and what is done with it. */
export async function login(visit: Visit): Promise<Response> {
  const lock = lockOf(visit.settings);
  if (lock.by !== "secret") return turnAway(visit, { status: 404, reason: withoutLogin[lock.by] });
  return isSafe(visit.request) ? loginPage(200, "") : takeSecret(visit, lock.secret);
}

async function takeSecret(visit: Visit, secret: string): Promise<Response> {
  const { request, limits, log } = visit;
  if (isFromElsewhere(request)) return turnAway(visit, { status: 403, reason: "Another site's page asks for this." });
  const entry = await readBody(request, { maxBytes, withinMs: bodyDeadlineMs });
  if (isRefused(entry)) return turnAway(visit, entry);
  // Counted before it is compared: who guesses fast must not learn of a hit either.
  if (!(await limits.allows("guess"))) return turnAway(visit, tooOften);
  if (!sameSecret(secret, new URLSearchParams(entry.body).get("secret")?.trim() ?? "")) {
    log("login.refused");
    return loginPage(403, "That was not the secret.");
  }
  log("login.done");
  return goTo("/", sessionCookie(secret, new URL(request.url), Date.now()));
}

/** The browser forgets its cookie. A copy of it stays good until it expires, or the secret is changed. */
export const logout = ({ request }: Visit): Response => goTo(loginPath, endedCookie(new URL(request.url)));

const goTo = (path: string, cookie: string): Response =>
  new Response(null, { status: 303, headers: { location: path, "set-cookie": cookie } });

const loginPage = (status: number, word: string): Response =>
  htmlPage(
    { status, title: "Voicecall: log in", sends: "form" },
    `<h1>Log in</h1>
  <form method="post">
    <label>OPERATOR_SECRET <input type="password" name="secret" autocomplete="current-password" required autofocus></label>
    <button>Log in</button>
  </form>
  <p role="status">${word}</p>`,
  );
