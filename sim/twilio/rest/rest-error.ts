/** Why the REST API refuses a request: Twilio's code, what it says, and the HTTP status (twilio.md 4.3). */
export type Refusal = { code: number; message: string; status: number };

export const refuse = (code: number, message: string, status = 400): Refusal => ({ code, message, status });

/** What the API answers: an object as JSON, bytes as a sound, or nothing at all. */
export type Answer = { status: number; body: object | undefined };

/** Twilio's words for the codes that a test may order; the HTTP status is 400 where nothing else is said. */
const known = new Map<number, { message: string; status?: number }>([
  [10004, { message: "Call concurrency limit exceeded", status: 429 }],
  [20003, { message: "Authenticate", status: 401 }],
  [20429, { message: "Too Many Requests", status: 429 }],
  [21211, { message: "The 'To' number is not a valid phone number." }],
  [21214, { message: "The 'To' phone number cannot be reached." }],
  [
    21215,
    {
      message: "Account not authorized to call this number. Perhaps you need to enable some international permissions.",
    },
  ],
  [21216, { message: "Account not allowed to call this number." }],
  [21217, { message: "The phone number does not appear to be valid." }],
  [21219, { message: "The 'To' number is unverified. Trial accounts may only make calls to verified numbers." }],
]);

/** The refusal with this code, as Twilio words it. */
export function refusalWith(code: number): Refusal {
  const { message, status } = known.get(code) ?? { message: `Error ${code}` };
  return refuse(code, message, status);
}

/** A refusal as it goes out. */
export const toAnswer = ({ code, message, status }: Refusal): Answer => ({
  status,
  body: { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status },
});
