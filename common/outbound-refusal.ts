/** Why a call is not placed: words that a program may rely on. */
export type RefusalCode =
  // Who asks.
  | "calling-out-is-off"
  | "key-missing"
  | "key-wrong"
  | "misconfigured"
  // What is asked.
  | "body-unreadable"
  | "field-invalid"
  | "to-missing"
  | "to-invalid"
  | "from-missing"
  | "from-invalid"
  | "assistant-unknown"
  // Who must not be called, or not now.
  | "short-number"
  | "premium-number"
  | "country-not-allowed"
  | "do-not-call"
  | "outside-calling-hours"
  | "time-zone-unknown"
  // What was asked before.
  | "idempotency-key-reused"
  | "still-placing"
  | "hourly-limit"
  | "number-limit"
  | "spend-limit"
  // What Twilio says, and who does not answer.
  | "from-not-yours"
  | "to-unreachable"
  | "country-not-permitted"
  | "trial-account"
  | "twilio-credentials"
  | "twilio-busy"
  | "twilio-refused"
  | "twilio-away"
  | "worker-away";

/** A refusal for the one who asked: the code for a program, a sentence, and what to do about it for a person. */
export type Refusal = {
  status: 400 | 401 | 403 | 409 | 415 | 429 | 500 | 502;
  code: RefusalCode;
  message: string;
  fix: string;
};

/** Something was refused: to be thrown where a value was to be had, and told to the one who asked. */
export class Refused extends Error {
  readonly refusal: Refusal;

  constructor(status: Refusal["status"], code: RefusalCode, message: string, fix: string) {
    super(message);
    this.name = "Refused";
    this.refusal = { status, code, message, fix };
  }
}
