import twilio, { type Twilio } from "twilio";
import type RequestClient from "twilio/lib/base/RequestClient.js";

/** Where Twilio's REST API is, and who asks. */
type Account = { TWILIO_API_URL: string; TWILIO_ACCOUNT_SID: string; TWILIO_AUTH_TOKEN: string };

/** A Function has 10 s for everything (twilio.md 5.2), and the Worker is to be asked before and told after. */
const timeoutMs = 4_500;

/** The only way to have the SDK talk to another address: a client that rewrites it. */
class RedirectedClient extends twilio.RequestClient {
  readonly #apiUrl: string;

  constructor(apiUrl: string) {
    super({ timeout: timeoutMs });
    this.#apiUrl = apiUrl;
  }

  override request<Data>(options: RequestClient.RequestOptions<Data>) {
    return super.request<Data>({ ...options, uri: options.uri.replace("https://api.twilio.com", this.#apiUrl) });
  }
}

/** The SDK, at the address that the settings name. */
export const twilioClient = ({ TWILIO_API_URL, TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN }: Account): Twilio =>
  twilio(TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, { httpClient: new RedirectedClient(TWILIO_API_URL) });
