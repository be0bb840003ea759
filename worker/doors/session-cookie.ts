import { sameSecret, sign } from "../../common/secrets.ts";

/** A working day. Sooner, all sessions end when OPERATOR_SECRET is changed. */
const lifeS = 12 * 3_600;

/** Over https by a name that no other host, and no plain http, can set (RFC 6265bis, `__Host-`). */
const nameFor = (url: URL): string => (url.protocol === "https:" ? "__Host-voicecall" : "voicecall");

/** The cookie of an operator who has shown the secret: until when it is good, signed with that secret. */
export function sessionCookie(secret: string, url: URL, nowMs: number): string {
  const expiresAtMs = nowMs + lifeS * 1000;
  return setCookie(url, `v1.${expiresAtMs}.${seal(secret, expiresAtMs)}`, lifeS);
}

/** Has the browser forget it. */
export const endedCookie = (url: URL): string => setCookie(url, "", 0);

/** Whether a request carries a cookie of ours that is still good. */
export function hasSession(secret: string, request: Request, nowMs: number): boolean {
  const name = nameFor(new URL(request.url));
  const cookies = (request.headers.get("cookie") ?? "").split(";").map((cookie) => cookie.trim());
  return cookies.some(
    (cookie) => cookie.startsWith(`${name}=`) && isGood(secret, cookie.slice(name.length + 1), nowMs),
  );
}

function isGood(secret: string, value: string, nowMs: number): boolean {
  const [, expiry = "", given = ""] = /^v1\.(\d{1,15})\.([\w-]{43})$/.exec(value) ?? [];
  return given !== "" && sameSecret(given, seal(secret, Number(expiry))) && nowMs < Number(expiry);
}

const seal = (secret: string, expiresAtMs: number): string => sign(secret, `operator session\n${expiresAtMs}`);

const setCookie = (url: URL, value: string, maxAgeS: number): string =>
  [
    `${nameFor(url)}=${value}`,
    `Max-Age=${maxAgeS}`,
    "Path=/",
    "HttpOnly",
    "SameSite=Strict",
    // Plain http is this machine's alone: elsewhere the settings refuse it.
    ...(url.protocol === "https:" ? ["Secure"] : []),
  ].join("; ");
