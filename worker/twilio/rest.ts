/** Where Twilio's REST API is, and who asks. */
export type TwilioAccount = { TWILIO_API_URL: string; TWILIO_ACCOUNT_SID: string; TWILIO_AUTH_TOKEN: string };

/** Somebody may be waiting for it, but nobody listens any more. */
const deadlineMs = 5_000;

/**
 * Ends a call (twilio.md 4.5). Never rejects: gives in a word what came of it. A call that is over already is no fault
 * (404, 21220).
 */
export async function completeCall(account: TwilioAccount, callSid: string): Promise<string> {
  const { TWILIO_API_URL: apiUrl, TWILIO_ACCOUNT_SID: accountSid, TWILIO_AUTH_TOKEN: authToken } = account;
  try {
    const response = await fetch(`${apiUrl}/2010-04-01/Accounts/${accountSid}/Calls/${callSid}.json`, {
      method: "POST",
      headers: { Authorization: `Basic ${btoa(`${accountSid}:${authToken}`)}` },
      body: new URLSearchParams({ Status: "completed" }),
      signal: AbortSignal.timeout(deadlineMs),
    });
    await response.body?.cancel();
    return response.ok ? "ended" : `refused with ${response.status}`;
  } catch (error) {
    return error instanceof Error ? `failed: ${error.message}` : "failed";
  }
}
