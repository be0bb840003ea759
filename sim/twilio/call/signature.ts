import { getExpectedTwilioSignature } from "twilio/lib/webhooks/webhooks.js";

/**
 * The value of X-Twilio-Signature, computed by Twilio's own package. `parameters` are those of a form body; a GET and
 * a WebSocket upgrade have none (twilio.md 1.7, 3.2).
 */
export const sign = (authToken: string, url: string, parameters: Record<string, string>): string =>
  getExpectedTwilioSignature(authToken, url, parameters);
