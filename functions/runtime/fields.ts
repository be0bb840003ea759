import { type CallSid, isCallSid } from "../../common/ids.ts";
import { object, text } from "../../common/json.ts";

/** What Twilio hands to a Function: query and body in one; a field given twice is an array (twilio.md 5.4). */
export type RequestFields = Readonly<Record<string, unknown>>;

/** A field's text, the first one of several; `undefined` when there is none, or something else is there. */
export function field(fields: RequestFields, name: string): string | undefined {
  const given = fields[name];
  const first: unknown = Array.isArray(given) ? given[0] : given;
  return typeof first === "string" && first !== "" ? first : undefined;
}

/** A header's text; the runtime writes their names in small letters, and puts them beside the fields (twilio.md 5.4). */
export const header = (fields: RequestFields, name: string): string | undefined =>
  text(object(object(fields["request"])["headers"])[name]);

/** The call that a request is about; `undefined` when it names none, or not by a CallSid. */
export function namedCall(fields: RequestFields): CallSid | undefined {
  const callSid = field(fields, "CallSid");
  return isCallSid(callSid) ? callSid : undefined;
}
