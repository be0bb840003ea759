import { getExpectedTwilioSignature } from "twilio/lib/webhooks/webhooks.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { linkSignatureHeader } from "../../common/link-signature.ts";
import { startBareWorker } from "../world/bare-worker.ts";
import { type Knock, knock, newAddress } from "../world/knock.ts";
import type { RunningWorker } from "../world/miniflare.ts";
import { account, newCallSid } from "../world/raw-phone.ts";

let worker: RunningWorker;
beforeAll(async () => void (worker = await startBareWorker()));
afterAll(() => worker.close());

const callSid = newCallSid();
const twilio = { "x-twilio-signature": "to be judged when the body is there" };
const functions = { [linkSignatureHeader]: "to be judged when the body is there" };

/** Every route that reads a body, with the most that it takes. */
const routes: [path: string, maxBytes: number, headers: Record<string, string>][] = [
  ["/login", 4_096, {}],
  ...["status", "amd", "stream-status", "recording"].flatMap((name): typeof routes => [
    [`/calls/${name}`, 16_384, twilio],
    [`/calls/${callSid}/${name}`, 16_384, twilio],
  ]),
  [`/calls/${callSid}/prepare`, 65_536, functions],
  ["/outbound/admit", 65_536, functions],
  ["/outbound/outcome", 65_536, functions],
];

const post = (path: string, headers: Record<string, string>, more: Partial<Knock>) =>
  knock(worker.url, {
    method: "POST",
    path,
    ...more,
    headers: { "cf-connecting-ip": newAddress(), ...headers, ...more.headers },
  });

describe.each(routes)("%s", (path, maxBytes, headers) => {
  const chunked = { "transfer-encoding": "chunked" };

  test(`takes ${maxBytes} bytes, and not one more, whether their number was told or not`, async () => {
    // Read to its end, and then refused for what it says.
    expect((await post(path, headers, { body: "x".repeat(maxBytes) })).status).toBe(403);
    expect((await post(path, headers, { body: "x".repeat(maxBytes + 1) })).status).toBe(413);
    expect((await post(path, headers, { body: "x".repeat(maxBytes + 1), headers: chunked })).status).toBe(413);
  });

  test("refuses a body too large by its own word before it is sent", async () => {
    const answer = await post(path, headers, { isSlow: true, headers: { "content-length": "1000000000" } });
    expect(answer.status).toBe(413);
  });
});

test("every route waits five seconds for a body that does not come to its end", async () => {
  const askedAtMs = performance.now();
  const answers = await Promise.all(
    routes.map(([path, , headers]) => post(path, headers, { isSlow: true, headers: { "content-length": "100" } })),
  );
  expect(performance.now() - askedAtMs).toBeGreaterThan(4_500);
  for (const { status, body } of answers) expect([status, body]).toEqual([408, "The body did not come in time.\n"]);
});

test("a body that was read in pieces is signed and understood as a whole", async () => {
  const path = "/calls/status";
  const form = { CallSid: newCallSid(), CallStatus: "ringing", From: "Zoë €".repeat(500) };
  const signature = getExpectedTwilioSignature(account.TWILIO_AUTH_TOKEN, worker.url + path, form);
  const answer = await post(path, { "x-twilio-signature": signature }, { body: new URLSearchParams(form).toString() });
  expect(answer.status).toBe(204);
});
