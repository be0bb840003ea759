import { Refused } from "../../common/outbound-refusal.ts";
import { type RequestFields, header } from "../runtime/fields.ts";

/** What a body may be written in; the runtime reads both. */
const readable = new Set(["application/json", "application/x-www-form-urlencoded"]);

/**
 * Refuses a request that brings no body to read: an address that was merely opened must not ring anybody's phone. A
 * Function is not told the method (twilio.md 5.4); what has a body says so in its `content-type`.
 *
 * @throws Refused
 */
export function checkBody(fields: RequestFields): void {
  const type = header(fields, "content-type")?.split(";")[0]?.trim().toLowerCase() ?? "";
  if (readable.has(type)) return;
  throw new Refused(
    415,
    "body-unreadable",
    "The request has no body in JSON, nor a form, that says what call to place.",
    "POST it, with Content-Type: application/json or application/x-www-form-urlencoded.",
  );
}
