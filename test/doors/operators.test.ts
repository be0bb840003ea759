import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { operatorSecret as secret, startBareWorker } from "../world/bare-worker.ts";
import { type Answered, type Knock, knock, newAddress } from "../world/knock.ts";
import type { RunningWorker } from "../world/miniflare.ts";
import { newCallSid } from "../world/raw-phone.ts";

const callPath = `/api/calls/${newCallSid()}`;

/** Workers by their locks: a secret; none, on this machine; none, on the internet. */
const workers: { locked?: RunningWorker; local?: RunningWorker; open?: RunningWorker } = {};

beforeAll(async () => {
  workers.locked = await startBareWorker();
  workers.local = await startBareWorker({ OPERATOR_SECRET: "" });
  workers.open = await startBareWorker({ OPERATOR_SECRET: "", SERVER_URL: "https://voice.example" });
});
afterAll(async () => {
  for (const worker of Object.values(workers)) await worker.close();
});

/** Each request from an address of its own, unless one is given: so no limit is in the way. */
function ask(which: keyof typeof workers, { headers, ...request }: Knock): Promise<Answered> {
  const url = workers[which]?.url ?? "";
  return knock(url, { ...request, headers: { "cf-connecting-ip": newAddress(), ...headers } });
}

const logIn = (shown: string, headers: Record<string, string> = {}): Promise<Answered> =>
  ask("locked", {
    method: "POST",
    path: "/login",
    headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
    body: new URLSearchParams({ secret: shown }).toString(),
  });

const cookieOf = ({ headers }: Answered): string => headers["set-cookie"]?.[0]?.split(";")[0] ?? "";

describe("an operator, by OPERATOR_SECRET", () => {
  test("is asked for it at /login, and then let in by a cookie that no script and no other site can use", async () => {
    const page = await ask("locked", { path: "/login" });
    expect(page.status).toBe(200);
    expect(page.body).toContain('<form method="post">');
    expect(page.headers["content-security-policy"]).toContain("form-action 'self'");
    const answer = await logIn(secret);
    expect([answer.status, answer.headers.location]).toEqual([303, "/"]);
    expect(answer.headers["set-cookie"]?.[0]).toMatch(/; HttpOnly; SameSite=Strict$/);
    const call = await ask("locked", { path: callPath, headers: { cookie: `other=1; ${cookieOf(answer)}` } });
    expect(call.status).toBe(200);
    expect(JSON.parse(call.body)).toMatchObject({ transcript: [] });
    expect(call.headers["cache-control"]).toBe("no-store");
  });

  test("is let in by a bearer token, too, and logs out", async () => {
    const call = await ask("locked", { path: callPath, headers: { authorization: `Bearer ${secret}` } });
    expect(call.status).toBe(200);
    const cookie = cookieOf(await logIn(secret));
    const out = await ask("locked", { method: "POST", path: "/logout", headers: { cookie } });
    expect([out.status, cookieOf(out)]).toEqual([303, "voicecall="]);
    expect(out.headers["set-cookie"]?.[0]).toContain("Max-Age=0");
  });

  test.each<[string, Record<string, string>, number]>([
    ["who shows nothing", {}, 401],
    ["who shows another secret", { authorization: `Bearer ${secret}!` }, 403],
    ["who shows it in another way", { authorization: `Basic ${btoa(`operator:${secret}`)}` }, 401],
    ["whose cookie is the secret itself", { cookie: `voicecall=${secret}` }, 401],
    ["whose cookie is signed by nobody", { cookie: `voicecall=v1.99999999999999.${"A".repeat(43)}` }, 401],
    [
      "who comes with an assertion of Access, which is not asked here",
      { "cf-access-jwt-assertion": "e30.e30.e30" },
      401,
    ],
  ])("is not one %s", async (_, headers, status) => {
    const paths: Knock[] = [{ path: callPath }, { method: "POST", path: `${callPath}/hang-up` }];
    for (const request of paths) expect((await ask("locked", { ...request, headers })).status).toBe(status);
  });

  test("whose cookie was made to last longer is refused", async () => {
    const [name, expiry, seal] = /^(voicecall=v1)\.(\d+)\.(.+)$/.exec(cookieOf(await logIn(secret)))?.slice(1) ?? [];
    const cookie = `${name}.${Number(expiry) + 1}.${seal}`;
    expect((await ask("locked", { path: callPath, headers: { cookie } })).status).toBe(401);
  });

  test("who mistypes it is told so, and gets no cookie", async () => {
    const answer = await logIn("not the secret");
    expect([answer.status, answer.headers["set-cookie"]]).toEqual([403, undefined]);
    expect(answer.body).toContain("That was not the secret.");
  });
});

describe("a page of another site", () => {
  test.each<[string, Record<string, string>]>([
    ["of another site, by the browser's word", { "sec-fetch-site": "cross-site" }],
    ["of a sibling's host name", { "sec-fetch-site": "same-site" }],
    ["of another origin, in an older browser", { origin: "https://evil.example" }],
    ["without an origin, in a sandbox", { origin: "null" }],
  ])("%s cannot log an operator in or out, nor end a call", async (_, headers) => {
    const cookie = cookieOf(await logIn(secret));
    expect((await logIn(secret, headers)).status).toBe(403);
    for (const path of ["/logout", `${callPath}/hang-up`])
      expect((await ask("locked", { method: "POST", path, headers: { ...headers, cookie } })).status).toBe(403);
    const local = await ask("local", { method: "POST", path: `${callPath}/hang-up`, headers });
    expect(local.status).toBe(403);
  });

  test("of ours can", async () => {
    for (const headers of [{ "sec-fetch-site": "same-origin" }, { origin: workers.locked?.url ?? "" }])
      expect((await logIn(secret, headers)).status).toBe(303);
  });
});

describe("without OPERATOR_SECRET", () => {
  test("this machine's operator need not log in", async () => {
    expect((await ask("local", { path: callPath })).status).toBe(200);
    const login = await ask("local", { path: "/login" });
    expect([login.status, login.body]).toEqual([404, "On this machine nobody has to log in.\n"]);
  });

  test("a page of the internet whose name leads to this machine is not let in", async () => {
    const answer = await ask("local", { path: callPath, headers: { host: "rebound.example" } });
    expect(answer.status).toBe(403);
  });

  test("on the internet nobody is let in, and it is said which setting is missing", async () => {
    const api = await ask("open", { path: callPath, headers: { authorization: "Bearer undefined" } });
    expect(api.status).toBe(401);
    expect(api.body).toMatch(/Set OPERATOR_SECRET, or ACCESS_TEAM_DOMAIN and ACCESS_AUDIENCE/);
    const login = await ask("open", { method: "POST", path: "/login", body: "secret=" });
    expect([login.status, login.headers["set-cookie"]]).toEqual([404, undefined]);
    expect((await ask("open", { method: "POST", path: `${callPath}/hang-up` })).status).toBe(401);
  });
});
