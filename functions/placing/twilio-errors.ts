import { object, text } from "../../common/json.ts";
import { type Refusal, Refused } from "../../common/outbound-refusal.ts";

/** Twilio's own errors, in our words (twilio.md 4.3). */
const refusals: readonly { codes: readonly number[]; refusal: Refusal }[] = [
  {
    codes: [20003, 20008],
    refusal: {
      status: 502,
      code: "twilio-credentials",
      message: "Twilio does not accept the account's credentials.",
      fix: "Check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN, and deploy again.",
    },
  },
  {
    codes: [21210, 21212, 21213],
    refusal: {
      status: 403,
      code: "from-not-yours",
      message: "The number to call from does not belong to the account.",
      fix: "Set TWILIO_PHONE_NUMBER to a number that you have bought, or verify this one in Twilio's console.",
    },
  },
  {
    codes: [21201, 21211, 21217],
    refusal: {
      status: 400,
      code: "to-invalid",
      message: "Twilio knows no such number.",
      fix: "Write it in E.164 form: a plus, the country code and the number, such as +14155550123.",
    },
  },
  {
    codes: [21214, 21216, 13224, 13225],
    refusal: {
      status: 400,
      code: "to-unreachable",
      message: "Twilio cannot, or will not, reach the number.",
      fix: "Check the number; Twilio blocks some for fraud.",
    },
  },
  {
    codes: [21215],
    refusal: {
      status: 403,
      code: "country-not-permitted",
      message: "The Twilio account has no permission to call that country.",
      fix: "Allow it in Twilio's console: Voice, Settings, Geo permissions.",
    },
  },
  {
    codes: [21219, 573_002, 573_005],
    refusal: {
      status: 403,
      code: "trial-account",
      message: "A trial account may call verified numbers alone, each from the trial number that belongs to it.",
      fix: "Verify the number in Twilio's console, or upgrade the account.",
    },
  },
  {
    codes: [20429, 10_004, 86_008, 22_005],
    refusal: {
      status: 429,
      code: "twilio-busy",
      message: "Twilio takes no more calls for this account at the moment.",
      fix: "Try again later, and more slowly: Twilio begins one call a second unless you have arranged for more.",
    },
  },
];

/** HTTP's own words for some of them. */
const codesOfStatuses: Readonly<Record<number, number>> = { 401: 20003, 429: 20429 };

/** What Twilio's refusal means to the one who asked; `undefined` when the error is no refusal of Twilio's. */
export function refusalFrom(error: unknown): Refused | undefined {
  const { status, code, message } = object(error);
  if (typeof status !== "number" || status < 400 || status >= 500) return undefined;
  const number = Number(code ?? codesOfStatuses[status]);
  const known = refusals.find(({ codes }) => codes.includes(number) || codes.includes(codesOfStatuses[status] ?? 0));
  if (known !== undefined)
    return new Refused(known.refusal.status, known.refusal.code, known.refusal.message, known.refusal.fix);
  return new Refused(
    502,
    "twilio-refused",
    `Twilio refuses the call (${number || status}): ${text(message) ?? "it does not say why"}`,
    number ? `See https://www.twilio.com/docs/errors/${number}.` : "See Twilio's console.",
  );
}

/** Whether the request did not even reach Twilio: then there is no call. Of any other silence nobody knows. */
export const isUnreached = (error: unknown): boolean =>
  ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"].includes(String(object(error)["code"]));
