import { once } from "node:events";
import { createServer } from "node:http";
import { type JWTPayload, SignJWT, exportJWK, generateKeyPair } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { operatorSecret as secret, startBareWorker } from "../world/bare-worker.ts";
import { knock, newAddress } from "../world/knock.ts";
import type { RunningWorker } from "../world/miniflare.ts";
import { portOf } from "../world/port-of.ts";
import { newCallSid } from "../world/raw-phone.ts";

const audience = "4714c1358e65fe4b408ad6d432a5f878f08194bdb4752441fd56faefa9b2b6f2";

const ours = await generateKeyPair("RS256");
const theirs = await generateKeyPair("RS256");
/** Of a kind that Access does not sign with: among the team's keys it has no business. */
const elliptic = await generateKeyPair("ES256");
const published = [
  { ...(await exportJWK(elliptic.publicKey)), kid: "elliptic", alg: "ES256", use: "sig" },
  { ...(await exportJWK(ours.publicKey)), kid: "ours", alg: "RS256", use: "sig" },
];
let certsAskedCount = 0;

/** The team's certificates, as Access publishes them: all that the Worker asks of Cloudflare. */
const team = createServer((request, response) => {
  certsAskedCount += 1;
  response.writeHead(request.url === "/cdn-cgi/access/certs" ? 200 : 404, { "content-type": "application/json" });
  response.end(JSON.stringify({ keys: published }));
});

let worker: RunningWorker;
let teamDomain = "";
beforeAll(async () => {
  team.listen(0, "127.0.0.1");
  await once(team, "listening");
  teamDomain = `http://127.0.0.1:${portOf(team)}`;
  worker = await startBareWorker({ ACCESS_TEAM_DOMAIN: teamDomain, ACCESS_AUDIENCE: audience });
});
afterAll(async () => {
  await worker.close();
  team.close();
});

const nowS = (): number => Math.floor(Date.now() / 1000);

type Claims = { iss?: string; aud?: string | string[]; exp?: number; nbf?: number };

const claims = (changes: Claims = {}): JWTPayload => ({
  iss: teamDomain,
  aud: [audience],
  iat: nowS(),
  exp: nowS() + 60,
  email: "ada@example.com",
  ...changes,
});

const signed = (payload: JWTPayload, kid = "ours", key = ours.privateKey): Promise<string> =>
  new SignJWT(payload).setProtectedHeader({ alg: "RS256", kid }).sign(key);

/** An assertion as Access would make it, but for the changes. */
const assertion = (changes: Claims = {}): Promise<string> => signed(claims(changes));

const unsigned = (header: object): string =>
  [header, claims()]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .concat("")
    .join(".");

async function enter(headers: Record<string, string>): Promise<number> {
  const path = `/api/calls/${newCallSid()}`;
  return (await knock(worker.url, { path, headers: { "cf-connecting-ip": newAddress(), ...headers } })).status;
}

const withAssertion = async (made: string | Promise<string>): Promise<number> =>
  enter({ "cf-access-jwt-assertion": await made });

describe("an operator, by Cloudflare Access", () => {
  test("is whom Access vouches for; its keys are fetched once", async () => {
    expect(await withAssertion(assertion())).toBe(200);
    expect(await withAssertion(assertion({ aud: audience }))).toBe(200);
    expect(certsAskedCount).toBe(1);
  });

  test.each<[string, () => string | Promise<string>]>([
    ["who vouches for herself", () => signed(claims(), "ours", theirs.privateKey)],
    ["by a key that the team does not have", () => signed(claims(), "theirs", theirs.privateKey)],
    ["for another application", () => assertion({ aud: ["another"] })],
    ["of another team", () => assertion({ iss: "https://other.cloudflareaccess.com" })],
    ["whose time is over", () => assertion({ exp: nowS() - 60 })],
    ["whose time has not come", () => assertion({ nbf: nowS() + 600 })],
    ["for ever", () => signed(Object.fromEntries(Object.entries(claims()).filter(([name]) => name !== "exp")))],
    ["by no algorithm", () => unsigned({ alg: "none" })],
    [
      "by an algorithm that makes the public key a secret",
      async () =>
        new SignJWT(claims())
          .setProtectedHeader({ alg: "HS256", kid: "ours" })
          .sign(new TextEncoder().encode(JSON.stringify(await exportJWK(ours.publicKey)))),
    ],
    [
      "by an algorithm that Access does not use",
      () => new SignJWT(claims()).setProtectedHeader({ alg: "ES256", kid: "elliptic" }).sign(elliptic.privateKey),
    ],
    ["in words that are none", () => "nonsense"],
    ["in no words", () => ""],
  ])("is not one %s", async (_, made) => {
    expect(await withAssertion(made())).toBe(403);
  });

  test("is nobody by other means: no cookie of Access, no secret, no place", async () => {
    expect(await enter({})).toBe(403);
    expect(await enter({ cookie: `CF_Authorization=${await assertion()}` })).toBe(403);
    expect(await enter({ authorization: `Bearer ${secret}` })).toBe(403);
    const login = await knock(worker.url, { method: "POST", path: "/login", body: `secret=${secret}` });
    expect(login.status).toBe(404);
  });

  test("cannot be made to end a call by another site's page", async () => {
    const path = `/api/calls/${newCallSid()}/hang-up`;
    const headers = { "cf-access-jwt-assertion": await assertion(), "sec-fetch-site": "cross-site" };
    expect((await knock(worker.url, { method: "POST", path, headers })).status).toBe(403);
  });
});
