/** Why the REST API refuses a request: Twilio's code, what it says, and the HTTP status (twilio.md 4.3). */
export type Refusal = { code: number; message: string; status: number };

export const refuse = (code: number, message: string, status = 400): Refusal => ({ code, message, status });

/** The body of Twilio's error answers. */
export const refusalBody = ({ code, message, status }: Refusal): object => ({
  code,
  message,
  more_info: `https://www.twilio.com/docs/errors/${code}`,
  status,
});
