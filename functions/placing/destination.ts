import { type PhoneNumber, parsePhoneNumberFromString } from "libphonenumber-js/max";
import { Refused } from "../../common/outbound-refusal.ts";
import type { FunctionsSettings } from "../../common/settings.ts";

/** A number to be called, in E.164 form, and its country by its two letters. */
export type Destination = { number: string; country: string };

/**
 * Reads a number as people write it, with its country code, and refuses what no call may go to: what is no number of
 * its country's plan, short and emergency numbers, and numbers that cost the caller more than a call.
 *
 * @throws Refused
 */
export function readDestination(written: string): Destination {
  // A plus that a form does not escape arrives as a space.
  const given = written.replace(/^ (?=\d)/, "+").trim();
  if (!digitsShape.test(given)) throw notANumber();
  if (given.replace(/\D/g, "").length <= longestShortNumber) throw shortNumber();
  const parsed = given.startsWith("+") ? parsePhoneNumberFromString(given, { extract: false }) : undefined;
  if (parsed === undefined) throw notANumber();
  if (isNobodys(parsed.number)) return { number: parsed.number, country: "US" };
  if (!parsed.isPossible() && parsed.nationalNumber.length <= longestShortNumber) throw shortNumber();
  if (!parsed.isValid()) throw notANumber();
  if (!isOrdinary(parsed))
    throw new Refused(
      403,
      "premium-number",
      "The number costs more than an ordinary call: a premium, shared-cost or personal one.",
      "Call a fixed or a mobile number.",
    );
  return { number: parsed.number, country: parsed.country ?? "no country" };
}

/**
 * Refuses a number that the settings do not let be called.
 *
 * @throws Refused
 */
export function checkDestination({ number, country }: Destination, settings: FunctionsSettings): void {
  const allowed = settings.OUTBOUND_COUNTRIES ?? countryOf(settings.TWILIO_PHONE_NUMBER);
  if (!allowed.includes(country))
    throw new Refused(
      403,
      "country-not-allowed",
      `Calls may go to ${allowed.join(", ") || "no country yet"}; this number is in ${country}.`,
      "Name the country in OUTBOUND_COUNTRIES, or call another number.",
    );
  if (settings.DO_NOT_CALL?.includes(number))
    throw new Refused(403, "do-not-call", "The number must not be called.", "DO_NOT_CALL names it: call another one.");
}

/** The country of our own number, where calls may go without further words. */
function countryOf(number: string | undefined): string[] {
  if (number === undefined) return [];
  if (isNobodys(number)) return ["US"];
  return [parsePhoneNumberFromString(number)?.country ?? []].flat();
}

/** Digits, and what people write between them. Letters would be an extension, or nonsense. */
const digitsShape = /^\+?[\d\s().\-/]*\d[\d\s().\-/]*$/;
const longestShortNumber = 6;

/**
 * Numbers that are nobody's, so that examples, stand-ins and tests may have them: area code 555, and those that Twilio
 * takes with its test credentials (twilio.md 4.3).
 */
const isNobodys = (number: string): boolean => /^\+1(555\d{7}|500555\d{4})$/.test(number);

/** UAN: numbers of companies at the price of an ordinary call, such as +44 3. */
const ordinary = new Set(["FIXED_LINE", "MOBILE", "FIXED_LINE_OR_MOBILE", "VOIP", "TOLL_FREE", "UAN"]);
const isOrdinary = (number: PhoneNumber): boolean => ordinary.has(number.getType() ?? "");

const shortNumber = (): Refused =>
  new Refused(
    403,
    "short-number",
    "Emergency numbers and other short ones are never called from here.",
    "Call them from a telephone.",
  );

const notANumber = (): Refused =>
  new Refused(
    400,
    "to-invalid",
    "to is no telephone number that could be called.",
    "Write it in E.164 form: a plus, the country code and the number, such as +14155550123.",
  );
