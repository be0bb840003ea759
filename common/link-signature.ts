import { sameSecret, sign } from "./secrets.ts";

/** The header that carries the signature of a request from a Function to the Worker. */
export const linkSignatureHeader = "x-voicecall-signature";

/** How far apart the two clocks, plus the time on the way, may be. */
const toleranceMs = 60_000;

/** What a link signature covers. `body` is the raw text, empty for GET. */
export type LinkRequest = { method: string; path: string; body?: string };

/** Signs a request of a Function to the Worker at `nowMs`: `t=<Unix ms>,v1=<HMAC-SHA256, base64url>`. */
export const signLinkRequest = (secret: string, request: LinkRequest, nowMs: number): string =>
  `t=${nowMs},v1=${seal(secret, request, nowMs)}`;

/** Whether the header's value signs exactly this request, within a minute of `nowMs`. */
export function isLinkRequestSigned(
  secret: string,
  request: LinkRequest,
  header: string | null | undefined,
  nowMs: number,
): boolean {
  const parts = /^t=(\d{1,15}),v1=([\w-]{43})$/.exec(header ?? "");
  if (parts?.[1] === undefined || parts[2] === undefined) return false;
  const signedAtMs = Number(parts[1]);
  if (Math.abs(nowMs - signedAtMs) > toleranceMs) return false;
  return sameSecret(parts[2], seal(secret, request, signedAtMs));
}

const seal = (secret: string, { method, path, body = "" }: LinkRequest, atMs: number): string =>
  sign(secret, `link\n${atMs}\n${method}\n${path}\n${body}`);
