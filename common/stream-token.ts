import type { CallSid } from "./ids.ts";
import { sameSecret, sign } from "./secrets.ts";

/** How long a minted token may wait for its stream. `<Say>` plays before the stream opens, up to 4,096 characters. */
export const streamTokenLifeMs = 5 * 60_000;

/** What a token proves: this call of this account was answered by us at `generation` (Unix ms, so later is higher). */
export type StreamTokenClaims = { accountSid: string; callSid: CallSid; generation: number };

/** Why a token does not admit. */
export type TokenFault = "missing" | "malformed" | "forged" | "expired" | "not-yet-valid";

/**
 * Mints the token that the TwiML hands to the stream as a `<Parameter>` (name and value stay under Twilio's 500
 * characters). It is bound to the account and the call; spending it once is the Worker's part: it remembers the
 * highest generation admitted.
 */
export function mintStreamToken(secret: string, claims: StreamTokenClaims): string {
  return `v1.${claims.generation}.${seal(secret, claims)}`;
}

/** Checks a token for a call at `nowMs`; gives its generation, or what is wrong with it. */
export function checkStreamToken(
  secret: string,
  token: string | undefined,
  call: { accountSid: string; callSid: CallSid },
  nowMs: number,
): { ok: true; generation: number } | { ok: false; fault: TokenFault } {
  if (token === undefined || token === "") return { ok: false, fault: "missing" };
  const parts = /^v1\.(\d{1,15})\.([\w-]{43})$/.exec(token);
  if (parts?.[1] === undefined || parts[2] === undefined) return { ok: false, fault: "malformed" };
  const generation = Number(parts[1]);
  if (!sameSecret(parts[2], seal(secret, { ...call, generation }))) return { ok: false, fault: "forged" };
  if (nowMs > generation + streamTokenLifeMs) return { ok: false, fault: "expired" };
  if (nowMs < generation - clockSkewMs) return { ok: false, fault: "not-yet-valid" };
  return { ok: true, generation };
}

/** Twilio's machines and Cloudflare's agree on the time to well under this. */
const clockSkewMs = 60_000;

const seal = (secret: string, claims: StreamTokenClaims): string =>
  sign(secret, `stream-token\n${claims.accountSid}\n${claims.callSid}\n${claims.generation}`);
