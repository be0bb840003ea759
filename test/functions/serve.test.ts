/// <reference types="@twilio-labs/serverless-runtime-types" />
import { createRequire } from "node:module";
import twilio from "twilio";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { type Answer, serve } from "../../functions/runtime/serve.ts";
import { accountSid, authToken, callSid } from "./runtime.ts";

/** What the runtime hands to every Function; a Response of its own among them. */
const { Response }: { Response: typeof Twilio.Response } = createRequire(import.meta.url)(
  "twilio-run/dist/runtime/internal/response.js",
);
const context = {
  ACCOUNT_SID: accountSid,
  AUTH_TOKEN: authToken,
  DOMAIN_NAME: "voicecall-1234.twil.io",
  PATH: "/test",
  SERVICE_SID: undefined,
  ENVIRONMENT_SID: undefined,
  getTwilioClient: () => twilio(accountSid, authToken),
};

/** Every call of the callback, some time after the answer. */
async function callbacksFor(answer: Answer, settleMs: number): Promise<unknown[][]> {
  vi.useFakeTimers();
  const callbacks: unknown[][] = [];
  serve("test", answer)(context, { CallSid: callSid }, (...given: unknown[]) => void callbacks.push(given));
  await vi.advanceTimersByTimeAsync(settleMs);
  return callbacks;
}

/** Longer than Twilio would wait. */
const late: Answer = () => new Promise((resolve) => setTimeout(() => resolve("<Response/>"), 20_000));

describe("what every Function goes through", () => {
  beforeAll(() => {
    globalThis.Twilio = { ...twilio, Response };
  });
  afterEach(() => void vi.useRealTimers());

  const faults: [string, Answer][] = [
    [
      "throws",
      () => {
        throw new Error("a fault of ours");
      },
    ],
    ["rejects", async () => Promise.reject(new Error("a fault of ours"))],
    ["throws no error, but a text", async () => Promise.reject("a fault of ours")],
  ];

  it.each(faults)("apologises, once, when the answer %s", async (_, answer) => {
    const callbacks = await callbacksFor(answer, 60_000);
    expect(callbacks).toEqual([[null, expect.objectContaining({ body: expect.stringContaining("We are sorry") })]]);
  });

  it("apologises in less than 8 s when the answer does not come, and once when it comes too late", async () => {
    expect(await callbacksFor(late, 6000)).toEqual([]);
    const callbacks = await callbacksFor(late, 8000);
    expect(callbacks).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(callbacks).toEqual([[null, expect.objectContaining({ body: expect.stringContaining("We are sorry") })]]);
  });

  it("has nobody keep a document, which holds a token, or guess what it is", async () => {
    const headers = { "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff" };
    for (const answer of [() => "<Response/>", () => Promise.reject(new Error("a fault of ours"))])
      expect(await callbacksFor(answer, 0)).toMatchObject([[null, { headers }]]);
  });

  it("hands on the answer, and leaves no timer behind", async () => {
    const callbacks = await callbacksFor(() => "<Response/>", 0);
    expect(callbacks).toEqual([[null, expect.objectContaining({ statusCode: 200, body: "<Response/>" })]]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
