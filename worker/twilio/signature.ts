import { createHmac } from "node:crypto";
import { sameSecret } from "../../common/secrets.ts";

/**
 * Twilio's signature, base64: HMAC-SHA1 of the URL as it was named to Twilio and, of a form, every name in the order
 * of its code units with each of its different values in theirs (twilio.md 1.7, 3.2). A WebSocket upgrade has no form,
 * and its URL is the `wss://` one that the TwiML named: the `https://` form is signed differently, and refused.
 */
export const signatureOf = (authToken: string, url: string, form?: URLSearchParams): string =>
  createHmac("sha1", authToken)
    .update(url + inOrder(form))
    .digest("base64");

const inOrder = (form = new URLSearchParams()): string =>
  [...new Set(form.keys())]
    .toSorted(byCodeUnits)
    .flatMap((name) => [...new Set(form.getAll(name))].toSorted(byCodeUnits).map((value) => name + value))
    .join("");

const byCodeUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * Whether a signature is Twilio's for this URL and form, by any of the account's tokens (two during a rotation), with
 * or without a slash at the end: sources disagree on which Twilio signs.
 */
export function isTwilioSignature(
  authTokens: readonly string[],
  url: string,
  signature: string,
  form?: URLSearchParams,
): boolean {
  const spellings = url.endsWith("/") ? [url, url.slice(0, -1)] : [url, `${url}/`];
  return authTokens.some((token) =>
    spellings.some((spelling) => sameSecret(signatureOf(token, spelling, form), signature)),
  );
}
