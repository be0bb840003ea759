import { phoneNumber } from "../../common/setting-kinds.ts";
import { field } from "./fields.ts";
import type { Visit } from "./serve.ts";

/**
 * What a person sees who is dialled: the caller's number, which Twilio shows by itself; or ours, where the caller hides
 * theirs or is no telephone, since Twilio dials nobody for such a one (error 13214).
 */
export function callerIdFor({ fields, settings }: Visit): { callerId?: string } {
  if (isNumber(field(fields, "From"))) return {};
  const ours = [field(fields, "To"), settings.TWILIO_PHONE_NUMBER].find(isNumber);
  return ours === undefined ? {} : { callerId: ours };
}

const isNumber = (text: string | undefined): text is string =>
  text !== undefined && "value" in phoneNumber().read(text);
