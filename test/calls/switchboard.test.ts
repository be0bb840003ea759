import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { linkSignatureHeader, signLinkRequest } from "../../common/link-signature.ts";
import { linkSecret } from "../../common/secrets.ts";
import { freePort } from "../../scripts/parts/ports.ts";
import { type RunningWorker, startWorker } from "../world/miniflare.ts";
import { account } from "../world/raw-phone.ts";

let worker: RunningWorker;
beforeAll(async () => {
  worker = await startWorker({
    ...account,
    SERVER_URL: `http://127.0.0.1:${await freePort()}`,
    OPENAI_API_KEY: "sk-test",
    OUTBOUND_PER_HOUR: "2",
  });
});
afterAll(() => worker.close());

type Answer = { status: number; text: string };

async function ask(path: string, body: string, sign = goodSignature): Promise<Answer> {
  const signature = sign(path, body);
  const headers: Record<string, string> = signature === "" ? {} : { [linkSignatureHeader]: signature };
  const response = await fetch(worker.url + path, { method: "POST", headers, body });
  return { status: response.status, text: await response.text() };
}

const goodSignature = (path: string, body: string): string =>
  signLinkRequest(linkSecret(account), { method: "POST", path, body }, Date.now());

const wanted = (changes: object = {}): string =>
  JSON.stringify({
    intent: randomUUID(),
    to: "+12025550123",
    from: "+14155550100",
    machineDetection: false,
    timeLimitS: 60,
    parameters: {},
    ...changes,
  });

const paths = ["/outbound/admit", "/outbound/outcome"];

describe("who may ask the switchboard", () => {
  test.each<[string, typeof goodSignature, number]>([
    ["nobody without a signature", () => "", 401],
    ["nobody with nonsense for one", () => "nonsense", 403],
    [
      "nobody who signs with another secret",
      (path, body) => signLinkRequest("another", { method: "POST", path, body }, Date.now()),
      403,
    ],
    [
      "nobody who signed an hour ago",
      (path, body) => signLinkRequest(linkSecret(account), { method: "POST", path, body }, Date.now() - 3_600_000),
      403,
    ],
    ["nobody who signed another body", (path) => goodSignature(path, "{}"), 403],
    ["nobody who signed for another path", (_, body) => goodSignature("/outbound/other", body), 403],
  ])("%s", async (_, sign, status) => {
    for (const path of paths) expect((await ask(path, wanted(), sign)).status).toBe(status);
  });

  test("nobody by GET", async () => {
    for (const path of paths) expect((await fetch(worker.url + path)).status).toBe(405);
  });
});

describe("what it is asked", () => {
  test.each(["", "[]", "{", "{}", '{"intent":"1"}', wanted({ to: 1 }), wanted({ timeLimitS: "60" })])(
    "a call that is none is refused: %s",
    async (body) => {
      const { status, text } = await ask("/outbound/admit", body);
      expect([status, text]).toEqual([400, "The body is no call.\n"]);
    },
  );

  test("an outcome of nothing is refused, and one of a call that nobody knows is no matter", async () => {
    for (const body of ["", "[]", "{}"]) expect((await ask("/outbound/outcome", body)).status).toBe(400);
    const unknown = { intent: randomUUID(), placed: { callSid: "CA1", status: "queued" } };
    expect((await ask("/outbound/outcome", JSON.stringify(unknown))).status).toBe(200);
  });

  test("a request that somebody has overheard and sends again is no second call", async () => {
    const body = wanted();
    expect(await ask("/outbound/admit", body)).toEqual({ status: 200, text: '{"kind":"admitted"}' });
    expect(await ask("/outbound/admit", body)).toEqual({ status: 200, text: '{"kind":"still-placing"}' });
  });

  test("fifty at once get the one place that is left", async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => ask("/outbound/admit", wanted())));
    const texts = answers.map(({ text }) => text);
    expect(texts.filter((text) => text === '{"kind":"admitted"}')).toHaveLength(1);
    expect(texts.filter((text) => text === '{"kind":"hourly-limit","limit":2}')).toHaveLength(49);
  });
});
