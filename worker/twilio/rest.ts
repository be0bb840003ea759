import { streamEndedPath } from "../../common/routes.ts";

/** Where Twilio's REST API is, and who asks. */
export type TwilioAccount = { TWILIO_API_URL: string; TWILIO_ACCOUNT_SID: string; TWILIO_AUTH_TOKEN: string };

/** Somebody may be waiting for it, but nobody listens any more. */
const deadlineMs = 5_000;

/** Ends a call (twilio.md 4.5). One that is over already is no fault (404, 21220). */
export const completeCall = (account: TwilioAccount, callSid: string): Promise<string> =>
  updateCall(account, callSid, { Status: "completed" });

/** Has Twilio go on with the call where it goes on after a stream; `functionsUrl` is where the Functions are. */
export async function redirectCall(
  account: TwilioAccount,
  callSid: string,
  functionsUrl: string | undefined,
): Promise<string> {
  if (functionsUrl === undefined) return "not: FUNCTIONS_URL is not known; set it";
  return updateCall(account, callSid, { Url: functionsUrl + streamEndedPath, Method: "POST" });
}

/** Never rejects: gives in a word what came of it. */
async function updateCall(account: TwilioAccount, callSid: string, change: Record<string, string>): Promise<string> {
  const { TWILIO_API_URL: apiUrl, TWILIO_ACCOUNT_SID: accountSid, TWILIO_AUTH_TOKEN: authToken } = account;
  try {
    const response = await fetch(`${apiUrl}/2010-04-01/Accounts/${accountSid}/Calls/${callSid}.json`, {
      method: "POST",
      headers: { Authorization: `Basic ${btoa(`${accountSid}:${authToken}`)}` },
      body: new URLSearchParams(change),
      signal: AbortSignal.timeout(deadlineMs),
    });
    await response.body?.cancel();
    return response.ok ? "done" : `refused with ${response.status}`;
  } catch (error) {
    return error instanceof Error ? `failed: ${error.message}` : "failed";
  }
}
