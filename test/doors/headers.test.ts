import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freePort } from "../../scripts/parts/ports.ts";
import { secured } from "../../worker/doors/headers.ts";
import { operatorSecret as secret, startBareWorker } from "../world/bare-worker.ts";
import { type Knock, knock, newAddress } from "../world/knock.ts";
import { type RunningWorker, startWorker } from "../world/miniflare.ts";
import { newCallSid } from "../world/raw-phone.ts";

let worker: RunningWorker;
let unset: RunningWorker;
beforeAll(async () => {
  worker = await startBareWorker();
  unset = await startWorker({}, { port: await freePort() });
});
afterAll(async () => {
  await worker.close();
  await unset.close();
});

const callSid = newCallSid();

describe("every answer", () => {
  test.each<[string, Knock]>([
    ["the page", { path: "/" }],
    ["the health", { path: "/health" }],
    ["the form", { path: "/login" }],
    ["a login", { method: "POST", path: "/login", body: new URLSearchParams({ secret }).toString() }],
    ["a failed login", { method: "POST", path: "/login", body: "secret=x" }],
    ["a call", { path: `/api/calls/${callSid}`, headers: { authorization: `Bearer ${secret}` } }],
    ["a refusal", { path: `/api/calls/${callSid}` }],
    ["a refused callback", { method: "POST", path: "/calls/status" }],
    ["nothing", { path: "/nothing" }],
    ["a wrong method", { method: "DELETE", path: "/" }],
  ])("is neither guessed at, framed, kept, nor handed on: %s", async (_, request) => {
    const { headers } = await knock(worker.url, {
      ...request,
      headers: { "cf-connecting-ip": newAddress(), ...request.headers },
    });
    expectSecured(headers);
  });

  test("of a Worker without settings, too, which names none of them", async () => {
    const { status, headers, body } = await knock(unset.url, { path: "/health" });
    expect([status, body]).toEqual([503, "This Worker is not configured yet; its log says what is missing.\n"]);
    expectSecured(headers);
  });

  test("has the browser come by https for a year, if it came so, and never sends plain http there", () => {
    expect(securedAt("https://voice.example/").get("strict-transport-security")).toBe("max-age=31536000");
    expect(securedAt("http://127.0.0.1:5050/").has("strict-transport-security")).toBe(false);
  });
});

const securedAt = (url: string): Headers => secured(new Response("x"), new Request(url)).headers;

function expectSecured(headers: Record<string, unknown>): void {
  expect(headers).toMatchObject({
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "content-security-policy": expect.stringMatching(/^default-src 'none';.* frame-ancestors 'none'/),
  });
  expect(headers["content-security-policy"]).not.toMatch(/script-src|unsafe-eval|\*/);
  expect(headers).not.toHaveProperty("access-control-allow-origin");
}
