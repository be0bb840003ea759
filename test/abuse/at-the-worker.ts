import { getExpectedTwilioSignature } from "twilio/lib/webhooks/webhooks.js";
import { linkSignatureHeader, signLinkRequest } from "../../common/link-signature.ts";
import { linkSecret } from "../../common/secrets.ts";
import { operatorSecret } from "../world/bare-worker.ts";
import { type Knock, knock, newAddress } from "../world/knock.ts";
import { account, newCallSid, tryUpgrade } from "../world/raw-phone.ts";
import type { Hostile, Place } from "./hostile.ts";

const callSid = newCallSid();
const formType = { "content-type": "application/x-www-form-urlencoded" };
const form = { CallSid: callSid, CallStatus: "ringing" };
const formBody = new URLSearchParams(form).toString();

/** A request to the Worker from an address of its own; what comes of it is its status. */
const row = (to: string, input: string, answer: string, request: (place: Place) => Knock): Hostile => ({
  to,
  input,
  answer,
  async send(place) {
    const { headers, ...rest } = request(place);
    const { status } = await knock(place.world.workerUrl, {
      ...rest,
      headers: { "cf-connecting-ip": newAddress(), ...headers },
    });
    return String(status);
  },
});

const twilioSigned = (url: string, token = account.TWILIO_AUTH_TOKEN, signed: object = form) => ({
  "x-twilio-signature": getExpectedTwilioSignature(token, url, { ...signed }),
});

const linkSigned = (method: string, path: string, body = "", { secret = linkSecret(account), ageMs = 0 } = {}) => ({
  [linkSignatureHeader]: signLinkRequest(secret, { method, path, body }, Date.now() - ageMs),
});

const drip = { isSlow: true, headers: { "content-length": "100" } };

/** What nobody may do at any of Twilio's callbacks. */
const callbackRows = [
  "/calls/status",
  ...["amd", "stream-status", "recording"].map((name) => `/calls/${callSid}/${name}`),
]
  .map((path): Hostile[] => {
    const to = `POST ${path.replace(callSid, "CA…")}`;
    const post = { method: "POST", path, body: formBody };
    return [
      row(to, "unsigned", "401", () => ({ ...post, headers: formType })),
      row(to, "signed by another account", "403", ({ world }) => ({
        ...post,
        headers: { ...formType, ...twilioSigned(world.workerUrl + path, "another token") },
      })),
      row(to, "signed for other words", "403", ({ world }) => ({
        ...post,
        headers: { ...formType, ...twilioSigned(world.workerUrl + path, undefined, { ...form, CallStatus: "busy" }) },
      })),
      row(to, "signed for another path", "403", ({ world }) => ({
        ...post,
        headers: { ...formType, ...twilioSigned(`${world.workerUrl}/calls/else`) },
      })),
      row(to, "100 kB", "413", () => ({ ...post, body: "x".repeat(100_000), headers: { "x-twilio-signature": "x" } })),
    ];
  })
  .flat();

/** What nobody may do where the Functions ask. */
const functionRows = [
  ["GET", `/calls/${callSid}/verdict`, ""],
  ["GET", `/calls/${callSid}/whisper`, ""],
  ["POST", `/calls/${callSid}/prepare`, "{}"],
  ["POST", "/outbound/admit", "{}"],
  ["POST", "/outbound/outcome", "{}"],
].flatMap(([method = "", path = "", body = ""]): Hostile[] => {
  const to = `${method} ${path.replace(callSid, "CA…")}`;
  const ask = { method, path, ...(body && { body }) };
  return [
    row(to, "unsigned", "401", () => ask),
    row(to, "signed with another secret", "403", () => ({
      ...ask,
      headers: linkSigned(method, path, body, { secret: "another" }),
    })),
    row(to, "overheard, and sent again an hour later", "403", () => ({
      ...ask,
      headers: linkSigned(method, path, body, { ageMs: 3_600_000 }),
    })),
    row(to, "signed for another method", "403", () => ({ ...ask, headers: linkSigned("PUT", path, body) })),
    row(to, "signed for another query", "403", () => ({
      ...ask,
      path: `${path}?over=yes`,
      headers: linkSigned(method, path, body),
    })),
  ];
});

const operatorRows = [
  ["GET", `/api/calls/${callSid}`],
  ["POST", `/api/calls/${callSid}/hang-up`],
].flatMap(([method = "", path = ""]): Hostile[] => {
  const to = `${method} ${path.replace(callSid, "CA…")}`;
  return [
    row(to, "by nobody", "401", () => ({ method, path })),
    row(to, "with a wrong secret", "403", () => ({ method, path, headers: { authorization: "Bearer guess" } })),
    row(to, "with a cookie made up", "401", () => ({
      method,
      path,
      headers: { cookie: `voicecall=v1.99999999999999.${"A".repeat(43)}` },
    })),
    row(to, "with Twilio's signature", "401", ({ world }) => ({
      method,
      path,
      headers: twilioSigned(world.workerUrl + path, undefined, {}),
    })),
  ];
});

const upgradeRow = (input: string, answer: string, path: string, headers: (url: string) => Record<string, string>) => ({
  to: "upgrade /websocket/CA…",
  input,
  answer,
  async send({ world }: Place) {
    const url = world.workerUrl + path;
    return String((await tryUpgrade(url, { "cf-connecting-ip": newAddress(), ...headers(url) })).status);
  },
});

const streamPath = `/websocket/${callSid}`;
const upgradeRows: Hostile[] = [
  upgradeRow("unsigned", "401", streamPath, () => ({})),
  upgradeRow("signed by another account", "403", streamPath, (url) =>
    twilioSigned(url.replace("http", "ws"), "another token", {}),
  ),
  upgradeRow("the http form signed", "403", streamPath, (url) => twilioSigned(url, undefined, {})),
  upgradeRow("another call's address signed", "403", streamPath, (url) =>
    twilioSigned(url.replace("http", "ws").replace(/..$/, "00"), undefined, {}),
  ),
  upgradeRow("no CallSid", "404", "/websocket/CA1", (url) => twilioSigned(url.replace("http", "ws"), undefined, {})),
  upgradeRow("no WebSocket's route", "405", "/calls/status", () => ({})),
  row("GET /websocket/CA…", "no upgrade", "426", () => ({ path: streamPath })),
];

const otherRows: Hostile[] = [
  row("POST /login", "a wrong secret", "403", () => ({ method: "POST", path: "/login", body: "secret=guess" })),
  row("POST /login", "from another site's page", "403", () => ({
    method: "POST",
    path: "/login",
    headers: { "sec-fetch-site": "cross-site" },
    body: new URLSearchParams({ secret: operatorSecret }).toString(),
  })),
  row("POST /login", "100 kB", "413", () => ({ method: "POST", path: "/login", body: "x".repeat(100_000) })),
  row("POST /login", "drop by drop", "408", () => ({ method: "POST", path: "/login", ...drip })),
  row("POST /api/calls/CA…/hang-up", "from another site's page", "403", () => ({
    method: "POST",
    path: `/api/calls/${callSid}/hang-up`,
    headers: { origin: "https://evil.example", authorization: `Bearer ${operatorSecret}` },
  })),
  row("POST /calls/status", "drop by drop", "408", () => ({
    method: "POST",
    path: "/calls/status",
    isSlow: true,
    headers: { "content-length": "100", "x-twilio-signature": "x" },
  })),
  row("POST /calls/CA…/prepare", "drop by drop", "408", () => ({
    method: "POST",
    path: `/calls/${callSid}/prepare`,
    isSlow: true,
    headers: { "content-length": "100", [linkSignatureHeader]: "x" },
  })),
  row("POST /calls/status", "signed, about no call", "400", ({ world }) => ({
    method: "POST",
    path: "/calls/status",
    headers: { ...formType, ...twilioSigned(`${world.workerUrl}/calls/status`, undefined, { CallStatus: "busy" }) },
    body: "CallStatus=busy",
  })),
  row("POST /outbound/admit", "signed, and no JSON", "400", () => ({
    method: "POST",
    path: "/outbound/admit",
    headers: linkSigned("POST", "/outbound/admit", "{"),
    body: "{",
  })),
  row("POST /dev/faults/CA…", "signed, where nobody works on this", "404", () => ({
    method: "POST",
    path: `/dev/faults/${callSid}`,
    headers: linkSigned("POST", `/dev/faults/${callSid}`, '{"fault":"abort"}'),
    body: '{"fault":"abort"}',
  })),
  row("GET /.env", "somebody looks around", "404", () => ({ path: "/.env" })),
  row("GET /api/../dist/worker.env", "somebody climbs", "404", () => ({ path: "/api/../dist/worker.env" })),
  row("GET /%2e%2e/%00", "an address that is none", "404", () => ({ path: "/%2e%2e/%00" })),
  row("DELETE /", "a method that is none here", "405", () => ({ method: "DELETE", path: "/" })),
];

export const atTheWorker: readonly Hostile[] = [
  ...callbackRows,
  ...functionRows,
  ...operatorRows,
  ...upgradeRows,
  ...otherRows,
];
