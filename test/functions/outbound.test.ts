import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { object, parseObject } from "../../common/json.ts";
import { linkSecret } from "../../common/secrets.ts";
import type { Part } from "../../scripts/parts/part.ts";
import { freePort } from "../../scripts/parts/ports.ts";
import { type Reply, askedWorker, json } from "./asked-worker.ts";
import { callsApi, placed, placedSid, twilioError } from "./calls-api.ts";
import { leastSettings, runFunctions } from "./runtime.ts";

const key = "the first outbound key";
const otherKey = "the outbound key after it";
/** A name that nobody can guess. */
const intent = expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
const called = "+12025550123";

const settings = {
  OUTBOUND_KEY: `${key.replaceAll(" ", "-")}, ${otherKey.replaceAll(" ", "-")}`,
  TWILIO_PHONE_NUMBER: "+14155550100",
  MY_PHONE_NUMBER: "+12125550199",
  DO_NOT_CALL: "+12025550100,+12025550101",
  FUNCTIONS_URL: "https://functions.example",
};
const bearer = { authorization: `Bearer ${key.replaceAll(" ", "-")}` };

let replies: Record<string, Reply>;
let worker: Awaited<ReturnType<typeof askedWorker>>;
let api: Awaited<ReturnType<typeof callsApi>>;
let functions: Part;

beforeAll(async () => {
  replies = {};
  worker = await askedWorker(linkSecret(leastSettings), replies);
  api = await callsApi();
  functions = await runFunctions({ ...settings, SERVER_URL: worker.url, TWILIO_API_URL: api.url });
});
beforeEach(() => {
  Object.assign(replies, { admit: json({ kind: "admitted" }), outcome: json({}) });
  api.answerWith(placed);
  api.forms.length = 0;
  worker.questions.length = 0;
});
afterAll(() => Promise.all([functions.close(), worker.close(), api.close()]));

type Answer = { status: number; body: Record<string, unknown> };

async function order(body: unknown, headers: Record<string, string> = bearer, url = functions.url): Promise<Answer> {
  const response = await fetch(`${url}/outbound`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: parseObject(await response.text()) ?? {} };
}

/** A refusal that says what, in a code and in words, and what to do; and nobody was asked to place a call. */
function expectRefusal({ status, body }: Answer, expected: { status: number; code: string }): void {
  expect({ status, code: body["code"] }).toEqual(expected);
  expect(Object.keys(body).toSorted()).toEqual(["code", "fix", "message"]);
  expect(body["message"]).toMatch(/^.{5,}[.:]?.*$/s);
  expect(body["fix"]).toMatch(/^.{5,}\.$/s);
}

describe("/outbound, and who may ask it", () => {
  it.each([
    ["nobody's key", {}, 401, "key-missing"],
    ["a key that is no bearer's", { authorization: "Basic abc" }, 401, "key-missing"],
    ["an empty key", { authorization: "Bearer " }, 401, "key-missing"],
    ["a wrong key", { authorization: "Bearer the-first-outbound-kez" }, 403, "key-wrong"],
    ["the beginning of a key", { authorization: "Bearer the-first-outbound" }, 403, "key-wrong"],
    ["the whole list of keys", { authorization: `Bearer ${settings.OUTBOUND_KEY}` }, 401, "key-missing"],
  ] as const)("refuses %s before it asks anybody, or reads what is asked", async (_, headers, status, code) => {
    const answer = await order({ to: "nonsense" }, headers);
    expectRefusal(answer, { status, code });
    expect(JSON.stringify(answer)).not.toContain("outbound-key");
    expect([worker.questions, api.forms]).toEqual([[], []]);
  });

  it("takes each of several keys", async () => {
    const answer = await order({ to: called }, { authorization: `bearer ${otherKey.replaceAll(" ", "-")}` });
    expect(answer.status).toBe(200);
  });

  it("is off without a key, and for a settings' fault of ours says no more than that", async () => {
    const off = await runFunctions({ SERVER_URL: worker.url, TWILIO_API_URL: api.url });
    onTestFinished(() => off.close());
    expectRefusal(await order({ to: called }, bearer, off.url), { status: 403, code: "calling-out-is-off" });
    expect(api.forms).toEqual([]);
  });
});

describe("/outbound", () => {
  it("has the Worker admit the call, then Twilio place it, and answers with the call", async () => {
    const wishes = { assistant: "default", parameters: { name: "Ada", visits: 3 }, greeting: "Hello {{name}}" };
    const answer = await order({ to: "+1 (202) 555-0123", ...wishes, timeLimit: 90, idempotencyKey: "order 17" });
    expect(answer).toEqual({ status: 200, body: { callSid: placedSid, status: "queued" } });
    expect(worker.questions).toEqual([
      {
        method: "POST",
        path: "/outbound/admit",
        isSigned: true,
        body: {
          intent,
          to: called,
          from: settings.TWILIO_PHONE_NUMBER,
          ...wishes,
          parameters: { name: "Ada", visits: "3" },
          machineDetection: false,
          timeLimitS: 90,
          idempotencyKey: "order 17",
        },
      },
      {
        method: "POST",
        path: "/outbound/outcome",
        isSigned: true,
        body: { intent, placed: { callSid: placedSid, status: "queued" } },
      },
    ]);
  });

  it("tells Twilio where the call goes, for how long, and whom to tell, and nothing that is personal", async () => {
    await order({ to: called, parameters: { name: "Ada" }, greeting: "Hello Ada", machineDetection: true });
    expect(api.forms.map((form) => [...form])).toEqual([
      [
        ["To", called],
        ["From", settings.TWILIO_PHONE_NUMBER],
        ["StatusCallback", `${worker.url}/calls/status`],
        ...["initiated", "ringing", "answered", "completed"].map((event) => ["StatusCallbackEvent", event]),
        ["Timeout", "45"],
        ["MachineDetection", "DetectMessageEnd"],
        ["AsyncAmd", "true"],
        ["AsyncAmdStatusCallback", `${worker.url}/calls/amd`],
        ["TimeLimit", String(35 * 60)],
        ["Url", expect.stringMatching(/^https:\/\/functions\.example\/twiml\?intent=[0-9a-f-]{36}$/)],
      ],
    ]);
  });

  it("pays for no detection that nobody asked for", async () => {
    await order({ to: called });
    expect([...(api.forms[0]?.keys() ?? [])].filter((name) => /Machine|Amd/.test(name))).toEqual([]);
  });

  it("calls the operator's own number when none is named, but never for an empty one", async () => {
    await order({});
    expect(api.forms[0]?.get("To")).toBe(settings.MY_PHONE_NUMBER);
    for (const to of ["", null]) expectRefusal(await order({ to }), { status: 400, code: "to-missing" });
    expect(api.forms).toHaveLength(1);
  });

  it.each([
    ["with its plus escaped", "to=%2B12025550123"],
    ["with a plus that is not, and so arrives as a space", "to=+12025550123"],
  ])("takes a form, %s", async (_, form) => {
    const response = await fetch(`${functions.url}/outbound`, {
      method: "POST",
      headers: { ...bearer, "content-type": "application/x-www-form-urlencoded" },
      body: `${form}&parameters=${encodeURIComponent('{"name":"Ada"}')}&machineDetection=true&timeLimit=60`,
    });
    expect(response.status).toBe(200);
    expect(worker.questions[0]?.body).toMatchObject({
      to: called,
      parameters: { name: "Ada" },
      machineDetection: true,
      timeLimitS: 60,
    });
  });

  it("takes another number of the account's", async () => {
    await order({ to: called, from: "+14155550101" });
    expect(api.forms[0]?.get("From")).toBe("+14155550101");
  });

  it("never logs a number in full, a parameter or a key", async () => {
    await order({ to: called, parameters: { name: "Ada Lovelace" } });
    await expect.poll(() => functions.output()).toContain("call.placed");
    const ownLines = functions
      .output()
      .split("\n")
      .filter((line) => line.startsWith("{"));
    expect(ownLines.join("\n")).not.toMatch(/2025550123|Lovelace|outbound-key/);
  });
});

describe("/outbound refuses, and asks nobody to place a call", () => {
  it.each<[string, Record<string, unknown>, number, string]>([
    ["no number at all", { to: "Ada" }, 400, "to-invalid"],
    ["a number without its country", { to: "(202) 555-0123" }, 400, "to-invalid"],
    ["a number with letters", { to: "+1800FLOWERS" }, 400, "to-invalid"],
    ["a number with an extension", { to: "+12025550123 ext. 5" }, 400, "to-invalid"],
    ["a number that is too long", { to: "+12025550123456789" }, 400, "to-invalid"],
    ["a number that is in no plan", { to: "+11115550123" }, 400, "to-invalid"],
    ["a SIP address", { to: "sip:ada@example.com" }, 400, "to-invalid"],
    ["two numbers", { to: [called, called] }, 400, "field-invalid"],
    ["a number that is a number", { to: 12_025_550_123 }, 400, "field-invalid"],
    ["a number of a megabyte", { to: `+${"1".repeat(1_000_000)}` }, 400, "field-invalid"],
    ["an emergency number", { to: "911" }, 403, "short-number"],
    ["an emergency number with a country", { to: "+1911" }, 403, "short-number"],
    ["a premium number", { to: "+19005550123" }, 403, "premium-number"],
    ["a premium number abroad", { to: "+33899123456" }, 403, "premium-number"],
    ["a premium number of no country", { to: "+979123456789" }, 403, "premium-number"],
    ["another country", { to: "+442079460000" }, 403, "country-not-allowed"],
    ["an island that shares the code", { to: "+18765550123" }, 403, "country-not-allowed"],
    ["a satellite telephone", { to: "+8816312345678" }, 403, "country-not-allowed"],
    ["whoever asked not to be called", { to: "+1 202 555 0101" }, 403, "do-not-call"],
    ["a caller's number that is none", { to: called, from: "Ada" }, 400, "from-invalid"],
    ["an assistant that is no text", { to: called, assistant: {} }, 400, "field-invalid"],
    ["parameters that are a list", { to: called, parameters: ["a"] }, 400, "field-invalid"],
    ["parameters that hold more than texts", { to: called, parameters: { a: {} } }, 400, "field-invalid"],
    ["a parameter with a strange name", { to: called, parameters: { "a b": "c" } }, 400, "field-invalid"],
    ["a parameter that is too long", { to: called, parameters: { a: "b".repeat(201) } }, 400, "field-invalid"],
    ["parameters that are no JSON", { to: called, parameters: "{" }, 400, "field-invalid"],
    ["a greeting that is too long", { to: called, greeting: "a".repeat(1001) }, 400, "field-invalid"],
    ["a detection that is neither on nor off", { to: called, machineDetection: "perhaps" }, 400, "field-invalid"],
    ["a time limit beyond the settings'", { to: called, timeLimit: 35 * 60 + 1 }, 400, "field-invalid"],
    ["a time limit of nothing", { to: called, timeLimit: 0 }, 400, "field-invalid"],
    ["a time limit that is no number", { to: called, timeLimit: "1e3" }, 400, "field-invalid"],
    ["a time zone that is none", { to: called, timeZone: "Mars/Olympus" }, 400, "field-invalid"],
    ["an endless idempotency key", { to: called, idempotencyKey: "k".repeat(201) }, 400, "field-invalid"],
    ["a misspelt field", { to: called, timelimit: 60 }, 400, "field-invalid"],
  ])("%s", async (_, body, status, code) => {
    expectRefusal(await order(body), { status, code });
    expect([worker.questions, api.forms]).toEqual([[], []]);
  });

  it.each(["{", '"+12025550123"'])("the body %s, as the runtime does", async (body) => {
    const headers = { ...bearer, "content-type": "application/json" };
    const response = await fetch(`${functions.url}/outbound`, { method: "POST", headers, body });
    expect(response.status).toBe(400);
    expect([worker.questions, api.forms]).toEqual([[], []]);
  });
});

describe("/outbound and the Worker's word", () => {
  it.each<[string, Reply, number, string]>([
    ["is that the hour is full", json({ kind: "hourly-limit", limit: 60 }), 429, "hourly-limit"],
    ["is that the number was called enough", json({ kind: "number-limit", limit: 3 }), 429, "number-limit"],
    [
      "is that the key belongs to another call",
      json({ kind: "idempotency-key-reused" }),
      409,
      "idempotency-key-reused",
    ],
    ["is that the same is being asked", json({ kind: "still-placing" }), 409, "still-placing"],
    ["is that there is no such assistant", json({ kind: "assistant-unknown" }), 400, "assistant-unknown"],
    ["is one that we do not know", json({ kind: "perhaps" }), 502, "worker-away"],
    ["is a refusal", json({}, 403), 502, "worker-away"],
    ["is cut off", (response) => void response.destroy(), 502, "worker-away"],
    ["does not come", () => undefined, 502, "worker-away"],
  ])("%s: no call", async (_, reply, status, code) => {
    replies["admit"] = reply;
    expectRefusal(await order({ to: called }), { status, code });
    expect(api.forms).toEqual([]);
    // What was perhaps admitted gives its place back, under the same name.
    const [asked, told] = worker.questions.map(({ body }) => body);
    expect(told).toEqual(code === "worker-away" ? { intent: object(asked)["intent"] } : undefined);
  });

  it("is that the same call was placed: the answer is the same, and no second call", async () => {
    replies["admit"] = json({ kind: "placed", callSid: placedSid, status: "queued" });
    expect(await order({ to: called })).toEqual({ status: 200, body: { callSid: placedSid, status: "queued" } });
    expect(api.forms).toEqual([]);
  });

  it("is not to be had, because there is no Worker: no call", async () => {
    const alone = await runFunctions({
      ...settings,
      SERVER_URL: `http://127.0.0.1:${await freePort()}`,
      TWILIO_API_URL: api.url,
    });
    onTestFinished(() => alone.close());
    expectRefusal(await order({ to: called }, bearer, alone.url), { status: 502, code: "worker-away" });
    expect(api.forms).toEqual([]);
  });

  it("is missing only after the call was placed: the call is answered for", async () => {
    replies["outcome"] = json({}, 500);
    expect((await order({ to: called })).body).toEqual({ callSid: placedSid, status: "queued" });
  });
});

describe("/outbound and Twilio's word (twilio.md 4.3)", () => {
  it.each([
    [20003, 401, 502, "twilio-credentials"],
    [20429, 429, 429, "twilio-busy"],
    [21210, 400, 403, "from-not-yours"],
    [21211, 400, 400, "to-invalid"],
    [21214, 400, 400, "to-unreachable"],
    [21217, 400, 400, "to-invalid"],
    [21215, 400, 403, "country-not-permitted"],
    [21219, 400, 403, "trial-account"],
    [573_002, 400, 403, "trial-account"],
    [573_005, 400, 403, "trial-account"],
    [22_005, 400, 429, "twilio-busy"],
    [10_004, 400, 429, "twilio-busy"],
    [86_008, 400, 429, "twilio-busy"],
    [99_999, 400, 502, "twilio-refused"],
    [null, 429, 429, "twilio-busy"],
    [null, 404, 502, "twilio-refused"],
  ])("error %s (%i) is %i %s, and the Worker learns that there is no call", async (error, theirs, status, code) => {
    api.answerWith(twilioError(error, theirs));
    expectRefusal(await order({ to: called }), { status, code });
    expect(worker.questions.map(({ path, body }) => [path, body])).toEqual([
      ["/outbound/admit", expect.anything()],
      ["/outbound/outcome", { intent }],
    ]);
  });

  it.each<[string, Parameters<typeof api.answerWith>[0]]>([
    ["breaks off", (response) => void response.destroy()],
    ["is a fault of theirs", twilioError(null, 503)],
    ["does not come", () => undefined],
  ])("%s: nobody knows of a call, so none is said not to be", async (_, reply) => {
    api.answerWith(reply);
    expectRefusal(await order({ to: called }), { status: 502, code: "twilio-away" });
    expect(worker.questions.map(({ path }) => path)).toEqual(["/outbound/admit"]);
  });

  it("cannot be had, because nothing is there: no call, and the Worker learns it", async () => {
    const nowhere = await runFunctions({
      ...settings,
      SERVER_URL: worker.url,
      TWILIO_API_URL: `http://127.0.0.1:${await freePort()}`,
    });
    onTestFinished(() => nowhere.close());
    expectRefusal(await order({ to: called }, bearer, nowhere.url), { status: 502, code: "twilio-away" });
    expect(worker.questions.at(-1)).toMatchObject({ path: "/outbound/outcome", body: { intent } });
  });
});

describe("/outbound with rules of one's own", () => {
  async function orderUnder(rules: Record<string, string>, body: object): Promise<Answer> {
    const strict = await runFunctions({ ...settings, ...rules, SERVER_URL: worker.url, TWILIO_API_URL: api.url });
    onTestFinished(() => strict.close());
    return order(body, bearer, strict.url);
  }

  it("calls other countries when they are named, in the hours that are open", async () => {
    const rules = { OUTBOUND_COUNTRIES: "GB, DE", CALLING_HOURS: "00:00-24:00" };
    expect((await orderUnder(rules, { to: "+442079460000" })).status).toBe(200);
  });

  it("calls nobody at an hour that is never the same in all zones of the country", async () => {
    const refusal = await orderUnder({ CALLING_HOURS: "00:00-00:10" }, { to: called });
    expectRefusal(refusal, { status: 403, code: "outside-calling-hours" });
    expect(refusal.body["message"]).toMatch(/^It is \d\d:\d\d in \w+\/[\w/]+; calls are placed from 00:00 to 00:10\.$/);
    expect(api.forms).toEqual([]);
  });
});
