import twilio from "twilio";
import type RequestClient from "twilio/lib/base/RequestClient.js";
import type { Twilio } from "../../sim/twilio/twilio.ts";
import { accountSid, authToken } from "./twilio-app.ts";

/** The only way to have the real SDK talk to another address: a client that rewrites it. */
class RedirectingClient extends twilio.RequestClient {
  readonly #apiUrl: string;

  constructor(apiUrl: string) {
    super();
    this.#apiUrl = apiUrl;
  }

  override request<Data>(options: RequestClient.RequestOptions<Data>) {
    return super.request<Data>({ ...options, uri: options.uri.replace("https://api.twilio.com", this.#apiUrl) });
  }
}

/** The real SDK, talking to the stand-in. */
export const sdk = ({ apiUrl }: Twilio, user = accountSid, secret = authToken) =>
  twilio(user, secret, { accountSid, httpClient: new RedirectingClient(apiUrl) });
