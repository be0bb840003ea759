import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { type IncomingMessage, createServer, request as httpRequest } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, expect, onTestFinished, test } from "vitest";
import twilio from "twilio";
import { type Clock, realClock } from "../../sim/clock.ts";
import { startGateway } from "../../sim/twilio/gateway/gateway.ts";
import { routesOf } from "../../sim/twilio/gateway/routes.ts";
import { originOf } from "../../sim/twilio/origin.ts";
import { authToken } from "./twilio-app.ts";

const functions = [
  { path: "/open", visibility: "public" },
  { path: "/guarded", visibility: "protected" },
  { path: "/hidden", visibility: "private" },
] as const;

const publicUrl = "https://functions.example.com";

/** A runtime that answers with what reached it, and the gateway before it, for the length of a test. */
async function startPlatform(
  clock: Clock = realClock,
): Promise<{ url: string; reached: string[]; silence: () => void }> {
  const reached: string[] = [];
  let isSilent = false;
  const runtime = createServer((request, response) => {
    void text(request).then((body) => {
      reached.push(`${request.method} ${request.url}`);
      if (isSilent) return;
      response.writeHead(201, { "Content-Type": "application/json", "X-Own": "1" });
      response.end(JSON.stringify({ headers: request.headers, body }));
    });
  });
  runtime.listen(0, "127.0.0.1");
  await once(runtime, "listening");
  const gateway = await startGateway({ target: originOf(runtime), authToken, publicUrl, functions, clock });
  onTestFinished(async () => {
    await gateway.close();
    runtime.closeAllConnections();
    runtime.close();
    await once(runtime, "close");
  });
  return { url: gateway.url, reached, silence: () => void (isSilent = true) };
}

const form = { CallSid: "CA1", From: "+1555", Note: "a b&c" };
const formBody = new URLSearchParams(form).toString();
const formType = "application/x-www-form-urlencoded";
const sign = (path: string, parameters: Record<string, string>, token = authToken): string =>
  twilio.getExpectedTwilioSignature(token, publicUrl + path, parameters);

type Attempt = { method?: string; path: string; type?: string; body?: string; signature?: string };

async function attempt(url: string, { method = "POST", path, type, body, signature }: Attempt): Promise<Response> {
  return fetch(url + path, {
    method,
    headers: {
      ...(type === undefined ? {} : { "Content-Type": type }),
      ...(signature === undefined ? {} : { "X-Twilio-Signature": signature }),
    },
    ...(body === undefined ? {} : { body }),
  });
}

const json = '{"property":"value"}';
const jsonPath = `/guarded?bodySHA256=${twilio.getExpectedBodyHash(json)}`;

describe("the gateway passes on", () => {
  test.each<[string, Attempt]>([
    [
      "a signed form to a protected Function",
      { path: "/guarded", type: formType, body: formBody, signature: sign("/guarded", form) },
    ],
    [
      "a signed GET, the query signed with it",
      { method: "GET", path: "/guarded?a=1&b=c%20d", signature: sign("/guarded?a=1&b=c%20d", {}) },
    ],
    [
      "signed JSON, its hash in the URL",
      { path: jsonPath, type: "application/json", body: json, signature: sign(jsonPath, {}) },
    ],
    ["an unsigned form to a public Function", { path: "/open", type: formType, body: formBody }],
    ["an empty POST to a public Function", { path: "/open" }],
    ["OPTIONS, which the runtime answers itself", { method: "OPTIONS", path: "/guarded" }],
  ])("%s", async (_, request) => {
    const { url, reached } = await startPlatform();
    const response = await attempt(url, request);
    expect(response.status).toBe(201);
    expect(response.headers.get("x-own")).toBe("1");
    expect(reached).toEqual([`${request.method ?? "POST"} ${request.path}`]);
    expect(await response.json()).toMatchObject({ body: request.body ?? "" });
  });

  test("no header that the platform keeps to itself, and every other", async () => {
    const { url } = await startPlatform();
    const kept = { authorization: "Bearer x", "x-twilio-signature": "s", "user-agent": "u", cookie: "a=b" };
    const dropped = [
      "x-forwarded-for",
      "x-amzn-trace-id",
      "i-twilio-idempotency-token",
      "i-t-x",
      "ot-y",
      "via",
      "referer",
      "x-real-ip",
    ];
    const headers = { ...kept, ...Object.fromEntries(dropped.map((name) => [name, "x"])) };
    const response = await fetch(`${url}/open`, { headers });
    const seen: { headers: Record<string, string> } = JSON.parse(await response.text());
    expect(seen.headers).toMatchObject(kept);
    expect(dropped.filter((name) => name in seen.headers)).toEqual([]);
  });
});

describe("the gateway refuses", () => {
  test.each<[number, string, Attempt]>([
    [400, "a protected Function without a signature", { path: "/guarded", type: formType, body: formBody }],
    [
      400,
      "a signature made with another token",
      { path: "/guarded", type: formType, body: formBody, signature: sign("/guarded", form, "other") },
    ],
    [
      400,
      "a signature of another path",
      { path: "/guarded", type: formType, body: formBody, signature: sign("/open", form) },
    ],
    [
      400,
      "a form that was changed",
      { path: "/guarded", type: formType, body: `${formBody}&From=x`, signature: sign("/guarded", form) },
    ],
    [400, "a query that was changed", { method: "GET", path: "/guarded?a=2", signature: sign("/guarded?a=1", {}) }],
    [
      400,
      "JSON that was changed",
      { path: jsonPath, type: "application/json", body: `${json} `, signature: sign(jsonPath, {}) },
    ],
    [
      400,
      "JSON without its hash",
      { path: "/guarded", type: "application/json", body: json, signature: sign("/guarded", {}) },
    ],
    [404, "a private Function", { path: "/hidden", signature: sign("/hidden", {}) }],
    [404, "a path that is no Function", { path: "/nothing" }],
    [405, "PUT", { method: "PUT", path: "/open", type: formType, body: formBody }],
    [405, "DELETE", { method: "DELETE", path: "/open" }],
    [415, "a body that is neither a form nor JSON", { path: "/open", type: "text/plain", body: "x" }],
  ])("with %i %s", async (status, _, request) => {
    const { url, reached } = await startPlatform();
    const response = await attempt(url, request);
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toBe("text/plain");
    expect(reached).toEqual([]);
  });

  test("with 403 a GET with a body", async () => {
    const { url, reached } = await startPlatform();
    const headers = { "Content-Type": formType, "Content-Length": "3" };
    const asked = httpRequest(`${url}/open`, { method: "GET", headers }).end("a=b");
    const response = await new Promise<IncomingMessage>((resolve) => void asked.once("response", resolve));
    response.resume();
    expect(response.statusCode).toBe(403);
    expect(reached).toEqual([]);
  });

  test("with 504 a Function that takes longer than 10 s", async () => {
    const hasty: Clock = {
      nowMs: () => realClock.nowMs(),
      after: (delayMs, task) => realClock.after(delayMs / 100, task),
    };
    const { url, silence } = await startPlatform(hasty);
    silence();
    expect((await attempt(url, { path: "/open" })).status).toBe(504);
  });

  test("with 502 when nothing runs behind it", async () => {
    const gateway = await startGateway({ target: "http://127.0.0.1:9", authToken, functions });
    onTestFinished(() => gateway.close());
    expect((await attempt(gateway.url, { path: "/open" })).status).toBe(502);
  });
});

test("a folder of Functions gives the routes that it is deployed as", () => {
  const folder = mkdtempSync(join(tmpdir(), "functions-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const file of [
    "twiml.protected.js",
    "outbound.js",
    "lib/keys.private.js",
    "lib/list.js",
    "README.md",
    "x.js.map",
  ]) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), "");
  }
  expect(routesOf(folder).toSorted((a, b) => a.path.localeCompare(b.path))).toEqual([
    { path: "/lib/keys", visibility: "private" },
    { path: "/lib/list", visibility: "public" },
    { path: "/outbound", visibility: "public" },
    { path: "/twiml", visibility: "protected" },
  ]);
});
