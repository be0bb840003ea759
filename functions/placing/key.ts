import { Refused } from "../../common/outbound-refusal.ts";
import { sameSecret } from "../../common/secrets.ts";
import type { FunctionsSettings } from "../../common/settings.ts";
import { type RequestFields, header } from "../runtime/fields.ts";

/**
 * Refuses whoever does not show one of the keys in `Authorization: Bearer …`. Every key is compared, whichever fits:
 * the time it takes tells nothing.
 *
 * @throws Refused
 */
export function checkKey(fields: RequestFields, { OUTBOUND_KEY: keys = [] }: FunctionsSettings): void {
  if (keys.length === 0)
    throw new Refused(403, "calling-out-is-off", "No call can be placed here.", "Set OUTBOUND_KEY, and deploy again.");
  const shown = /^Bearer +(\S+)\s*$/i.exec(header(fields, "authorization") ?? "")?.[1];
  if (shown === undefined)
    throw new Refused(401, "key-missing", "The request shows no key.", "Send Authorization: Bearer <OUTBOUND_KEY>.");
  if (keys.filter((key) => sameSecret(key, shown)).length === 0)
    throw new Refused(403, "key-wrong", "The key is wrong.", "Use one of the keys that OUTBOUND_KEY lists.");
}
