import { isLinkRequestSigned, linkSignatureHeader } from "../../common/link-signature.ts";
import { linkSecret } from "../../common/secrets.ts";
import { bodyDeadlineMs, readBody } from "./read-body.ts";
import { type Entry, isRefused } from "./entry.ts";
import type { Visit } from "./visit.ts";

/** A Function says no more than this: fifty parameters, in letters of any script. */
const maxBytes = 65_536;

/** The Functions' door: who knows the secret has signed for exactly this request, less than a minute ago. */
export async function enterAsFunction({ request, settings }: Visit): Promise<Entry> {
  const header = request.headers.get(linkSignatureHeader);
  if (header === null) return { status: 401, reason: "The request is not signed." };
  const entry = await readBody(request, { maxBytes, withinMs: bodyDeadlineMs });
  if (isRefused(entry)) return entry;
  const { pathname, search } = new URL(request.url);
  const signed = { method: request.method, path: pathname + search, body: entry.body };
  if (isLinkRequestSigned(linkSecret(settings), signed, header, Date.now())) return entry;
  return { status: 403, reason: "The signature is wrong, or too old." };
}
