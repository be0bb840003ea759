import { createHmac } from "node:crypto";
import { sameSecret } from "../../common/secrets.ts";

/**
 * Twilio's signature of a WebSocket upgrade: HMAC-SHA1 of the `wss://` URL that the TwiML named, no parameters,
 * base64 (twilio.md 1.7). The `https://` form of the same URL is signed differently, and refused.
 */
export const signatureOf = (authToken: string, url: string): string =>
  createHmac("sha1", authToken).update(url).digest("base64");

/**
 * Whether a signature is Twilio's for this URL, by any of the account's tokens (two during a rotation), with or
 * without a slash at the end: sources disagree on which Twilio signs.
 */
export function isTwilioSignature(authTokens: readonly string[], url: string, signature: string): boolean {
  const spellings = url.endsWith("/") ? [url, url.slice(0, -1)] : [url, `${url}/`];
  return authTokens.some((token) => spellings.some((spelling) => sameSecret(signatureOf(token, spelling), signature)));
}
