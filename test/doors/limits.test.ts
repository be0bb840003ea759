import { getExpectedTwilioSignature } from "twilio/lib/webhooks/webhooks.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { linkSignatureHeader, signLinkRequest } from "../../common/link-signature.ts";
import { linkSecret } from "../../common/secrets.ts";
import { limitsFor, networkOf } from "../../worker/doors/limits.ts";
import { operatorSecret, startBareWorker } from "../world/bare-worker.ts";
import { knock, newAddress } from "../world/knock.ts";
import type { RunningWorker } from "../world/miniflare.ts";
import { account, newCallSid } from "../world/raw-phone.ts";

let worker: RunningWorker;
beforeAll(async () => void (worker = await startBareWorker()));
afterAll(() => worker.close());

/** wrangler.toml's limits, for a minute of the clock. A test may run across the end of one: so it asks twice as often. */
const [visits, guesses] = [120, 10];
const overTwoMinutes = (limit: number): number[] => Array.from({ length: 2 * limit + 1 }, (_, index) => index);

/** Guesses, all at once; gives the statuses that came of it. */
async function guess(shown: string): Promise<Set<number>> {
  const headers = { "cf-connecting-ip": newAddress() };
  const body = new URLSearchParams({ secret: shown }).toString();
  const login = { method: "POST", path: "/login", headers, body };
  const answers = await Promise.all(overTwoMinutes(guesses).map(() => knock(worker.url, login)));
  return new Set(answers.map(({ status }) => status));
}

describe("who comes too often", () => {
  test.each(["/", "/health", "/login", "/nothing", `/calls/${newCallSid()}/verdict`, `/api/calls/${newCallSid()}`])(
    "to %s is asked to wait a minute, and nobody else is",
    async (path) => {
      const headers = { "cf-connecting-ip": newAddress() };
      const answers = await Promise.all(overTwoMinutes(visits).map(() => knock(worker.url, { path, headers })));
      const refused = answers.filter(({ status }) => status === 429);
      expect(refused.length).toBeGreaterThan(0);
      expect(answers.length - refused.length).toBeGreaterThanOrEqual(visits);
      expect(refused[0]).toMatchObject({
        headers: { "retry-after": "60" },
        body: "You come too often. Please wait a minute.\n",
      });
      const other = await knock(worker.url, { path, headers: { "cf-connecting-ip": newAddress() } });
      expect(other.status).not.toBe(429);
    },
  );

  test("guesses slowly, and does not learn of a hit: not even the secret is let in then", async () => {
    expect(await guess("a wrong secret of the tests")).toEqual(new Set([403, 429]));
    expect(await guess(operatorSecret)).toEqual(new Set([303, 429]));
  });

  test("who guesses by bearer tokens is held up, too, whether the guess is right or wrong", async () => {
    const headers = { "cf-connecting-ip": newAddress(), authorization: `Bearer ${operatorSecret}` };
    const path = `/api/calls/${newCallSid()}`;
    const answers = await Promise.all(overTwoMinutes(visits).map(() => knock(worker.url, { path, headers })));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 429]));
  });

  test("fills no log: refusals beyond the limit are not written down", async () => {
    const path = `/calls/${newCallSid()}/status`;
    const headers = { "cf-connecting-ip": newAddress(), "x-twilio-signature": "forged" };
    const count = 3 * visits;
    await Promise.all(Array.from({ length: count }, () => knock(worker.url, { method: "POST", path, headers })));
    const lineCount = (): number =>
      worker.logLines.filter(({ event, callSid }) => event === "twilio.refused" && path.includes(String(callSid)))
        .length;
    await expect.poll(lineCount).toBeGreaterThanOrEqual(visits);
    expect(lineCount()).toBeLessThanOrEqual(2 * visits);
  });
});

describe("who has a key is never counted", () => {
  test("Twilio and the Functions are answered from an address of which everything else is refused", async () => {
    const callSid = newCallSid();
    const from = { "cf-connecting-ip": newAddress() };
    const statusPath = `/calls/${callSid}/status`;
    const form = { CallSid: callSid, CallStatus: "ringing" };
    const signature = getExpectedTwilioSignature(account.TWILIO_AUTH_TOKEN, worker.url + statusPath, form);
    const verdictPath = `/calls/${callSid}/verdict`;
    const statuses = await Promise.all(
      overTwoMinutes(visits).flatMap(() => [
        knock(worker.url, { path: "/nothing", headers: from }),
        knock(worker.url, {
          method: "POST",
          path: statusPath,
          headers: { ...from, "x-twilio-signature": signature, "content-type": "application/x-www-form-urlencoded" },
          body: new URLSearchParams(form).toString(),
        }),
        knock(worker.url, {
          path: verdictPath,
          headers: {
            ...from,
            [linkSignatureHeader]: signLinkRequest(
              linkSecret(account),
              { method: "GET", path: verdictPath },
              Date.now(),
            ),
          },
        }),
      ]),
    ).then((answers) => answers.map(({ status }) => status));
    const ofKind = (kind: number) => new Set(statuses.filter((_, index) => index % 3 === kind));
    expect([ofKind(0), ofKind(1), ofKind(2)]).toEqual([new Set([404, 429]), new Set([204]), new Set([200])]);
  });
});

describe("the limits", () => {
  const request = new Request("https://voice.example/", { headers: { "cf-connecting-ip": "192.0.2.1" } });
  test("that nobody has bound, or that do not work, allow everything", async () => {
    expect(await limitsFor({}, request).allows("visit")).toBe(true);
    const broken = { limit: () => Promise.reject(new Error("out of order")) };
    expect(await limitsFor({ VISITS: broken, GUESSES: broken }, request).allows("guess")).toBe(true);
  });

  test.each([
    ["192.0.2.1", "192.0.2.1"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
    ["2001:DB8:0001:2::6", "2001:db8:1:2"],
    ["2001:db8::6", "2001:db8:0:0"],
    ["::1", "0:0:0:0"],
    ["2001:db8:1:2:3::", "2001:db8:1:2"],
  ])("count %s as %s: of IPv6 everybody has a whole network", (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});
