import { once } from "node:events";
import { type ServerResponse, createServer } from "node:http";
import { text } from "node:stream/consumers";
import { portOf } from "../world/port-of.ts";

/** How Twilio's REST API answers the next request for a call. */
export type ApiReply = (response: ServerResponse) => void;

const reply =
  (status: number, body: object): ApiReply =>
  (response) =>
    void response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));

export const placedSid = `CA${"7".repeat(32)}`;

/** It takes the call. */
export const placed = reply(201, { sid: placedSid, status: "queued" });

/** It refuses it with one of its own errors (twilio.md 4.3). */
export const twilioError = (code: number | null, status = 400): ApiReply =>
  reply(status, { code, message: "No.", more_info: "https://www.twilio.com/docs/errors", status });

/** Twilio's REST API as far as one new call asks it, with an answer that a test chooses; keeps every form. */
export async function callsApi() {
  const forms: URLSearchParams[] = [];
  let next: ApiReply = placed;
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      forms.push(new URLSearchParams(body));
      next(response);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${portOf(server)}`,
    forms,
    answerWith(reply: ApiReply): void {
      next = reply;
    },
    async close(): Promise<void> {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
