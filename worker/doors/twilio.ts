import { authTokens } from "../environment.ts";
import { isTwilioSignature } from "../twilio/signature.ts";
import { isUpgrade } from "./methods.ts";
import { bodyDeadlineMs, readBody } from "./read-body.ts";
import { type Entry, isRefused } from "./entry.ts";
import type { Visit } from "./visit.ts";

/** Twilio's longest form, with names of towns, is about a tenth of this. */
const maxBytes = 16_384;

/**
 * Twilio's door: the signature is over the address as Twilio was given it, so never over the Host header's; of a stream
 * it is the `wss` form, without a query (twilio.md 1.7). A wrong one is refused before a call's object, or a model,
 * costs anything.
 */
export async function enterAsTwilio({ request, settings }: Visit): Promise<Entry> {
  const signature = request.headers.get("x-twilio-signature");
  if (signature === null) return { status: 401, reason: "The X-Twilio-Signature header is missing." };
  const entry = await readBody(request, { maxBytes, withinMs: bodyDeadlineMs });
  if (isRefused(entry)) return entry;
  const { origin } = new URL(settings.SERVER_URL);
  const { pathname, search } = new URL(request.url);
  const expectedUrl = (isUpgrade(request) ? origin.replace(/^http/, "ws") : origin) + pathname;
  const isSigned = isUpgrade(request)
    ? isTwilioSignature(authTokens(settings), expectedUrl, signature)
    : isTwilioSignature(authTokens(settings), expectedUrl + search, signature, new URLSearchParams(entry.body));
  if (isSigned) return entry;
  return {
    status: 403,
    reason: "The signature is not Twilio's.",
    // The likeliest cause is a SERVER_URL that is not the address in the TwiML: so it is said what was expected.
    note: { event: "twilio.refused", fields: { expectedUrl } },
  };
}
