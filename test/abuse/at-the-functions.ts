import { getExpectedTwilioSignature } from "twilio/lib/webhooks/webhooks.js";
import { type Knock, knock } from "../world/knock.ts";
import { account, newCallSid, tryUpgrade } from "../world/raw-phone.ts";
import type { Hostile, Place } from "./hostile.ts";

const form = { CallSid: newCallSid(), From: "+15551230000", To: "+15550001000", Direction: "inbound" };
const formType = { "content-type": "application/x-www-form-urlencoded" };
const jsonType = { "content-type": "application/json" };
export const outboundKey = "the-key-of-the-tests-for-calling-out";
const keyed = { authorization: `Bearer ${outboundKey}` };

const row = (to: string, input: string, answer: string, request: (place: Place) => Knock): Hostile => ({
  to,
  input,
  answer,
  send: async (place) => String((await knock(place.world.functionsUrl, request(place))).status),
});

const signed = (place: Place, path: string, fields: object = form, token = account.TWILIO_AUTH_TOKEN) => ({
  ...formType,
  "x-twilio-signature": getExpectedTwilioSignature(token, place.world.functionsUrl + path, { ...fields }),
});

const bodyOf = (fields: Record<string, string> = form): string => new URLSearchParams(fields).toString();

const protectedRows = ["/twiml", "/stream-ended", "/whisper"].flatMap((path): Hostile[] => {
  const to = `POST ${path}`;
  const post = { method: "POST", path, body: bodyOf() };
  return [
    row(to, "unsigned", "400", () => ({ ...post, headers: formType })),
    row(to, "signed by another account", "400", (place) => ({
      ...post,
      headers: signed(place, path, form, "another token"),
    })),
    row(to, "signed for another caller", "400", (place) => ({
      ...post,
      headers: signed(place, path, { ...form, From: "+15559999999" }),
    })),
    row(to, "signed for another path", "400", (place) => ({ ...post, headers: signed(place, "/else") })),
    row(to, "JSON without its hash", "400", (place) => ({
      method: "POST",
      path,
      body: "{}",
      headers: { ...signed(place, path, {}), ...jsonType },
    })),
  ];
});

const outbound = (input: string, answer: string, request: Omit<Knock, "path">) =>
  row("POST /outbound", input, answer, () => ({ method: "POST", path: "/outbound", ...request }));

const outboundRows: Hostile[] = [
  outbound("without a key", "401", { headers: jsonType, body: '{"to":"+12025550123"}' }),
  outbound("with a wrong key", "403", {
    headers: { ...jsonType, authorization: "Bearer guess" },
    body: '{"to":"+12025550123"}',
  }),
  outbound("with the key in the body", "401", { headers: jsonType, body: JSON.stringify({ key: outboundKey }) }),
  outbound("no body", "415", { headers: keyed }),
  outbound("a body of another kind", "415", { headers: { ...keyed, "content-type": "text/plain" }, body: "call" }),
  outbound("JSON that is none", "400", { headers: { ...keyed, ...jsonType }, body: "{" }),
  outbound("a field that there is not", "400", {
    headers: { ...keyed, ...jsonType },
    body: '{"to":"+12025550123","url":"https://evil.example/twiml"}',
  }),
  outbound("a premium number", "403", { headers: { ...keyed, ...jsonType }, body: '{"to":"+19005550100"}' }),
  outbound("another country", "403", { headers: { ...keyed, ...jsonType }, body: '{"to":"+442079460000"}' }),
  outbound("an emergency number", "403", { headers: { ...keyed, ...jsonType }, body: '{"to":"911"}' }),
  outbound("7 MB", "413", { headers: { ...keyed, ...jsonType }, body: JSON.stringify({ to: "1".repeat(7_000_000) }) }),
];

/** TwiML that is asked for with what would be markup; gives what stands in it. */
const markup = '"/><Dial>+19005550100</Dial><x a="';

const spoken: Hostile[] = [
  {
    to: "POST /twiml",
    input: "a caller's name that is markup",
    answer: "200, and it is text",
    async send(place) {
      const fields = { ...form, CallSid: newCallSid(), From: markup };
      const { status, body } = await knock(place.world.functionsUrl, {
        method: "POST",
        path: "/twiml",
        headers: signed(place, "/twiml", fields),
        body: bodyOf(fields),
      });
      return `${status}, and it is ${body.includes("<Dial") || !body.includes("&lt;Dial") ? "markup" : "text"}`;
    },
  },
  {
    to: "POST /twiml",
    input: "signed, overheard, and sent again",
    answer: "200, with a token that opens nothing: 401",
    async send(place) {
      const request = { method: "POST", path: "/twiml", headers: signed(place, "/twiml"), body: bodyOf() };
      const answers = [await knock(place.world.functionsUrl, request), await knock(place.world.functionsUrl, request)];
      const url = /<Stream url="ws:([^"]+)"/.exec(answers.at(-1)?.body ?? "")?.[1] ?? "";
      const { status } = await tryUpgrade(`ws:${url}`, {});
      return `${answers.map((answer) => answer.status).at(-1)}, with a token that opens nothing: ${status}`;
    },
  },
  {
    to: "POST /twiml",
    input: "signed, about no call",
    answer: "200, and an apology",
    async send(place) {
      const fields = { CallSid: "CA1" };
      const { status, body } = await knock(place.world.functionsUrl, {
        method: "POST",
        path: "/twiml",
        headers: signed(place, "/twiml", fields),
        body: bodyOf(fields),
      });
      return `${status}, and ${body.includes("We are sorry") && !body.includes("<Stream") ? "an apology" : body}`;
    },
  },
];

export const atTheFunctions: readonly Hostile[] = [
  ...protectedRows,
  ...outboundRows,
  ...spoken,
  row("PUT /twiml", "a method that is none here", "405", (place) => ({
    method: "PUT",
    path: "/twiml",
    headers: signed(place, "/twiml"),
    body: bodyOf(),
  })),
  row("GET /twiml", "opened in a browser", "400", () => ({ path: "/twiml" })),
  row("GET /.env", "somebody looks around", "404", () => ({ path: "/.env" })),
  row("GET /assets/worker.env", "somebody looks around", "404", () => ({ path: "/assets/worker.env" })),
];
