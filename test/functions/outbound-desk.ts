import { afterAll, beforeAll, beforeEach, expect, onTestFinished } from "vitest";
import { parseObject } from "../../common/json.ts";
import { linkSecret } from "../../common/secrets.ts";
import { type Reply, askedWorker, json } from "./asked-worker.ts";
import { callsApi, placed } from "./calls-api.ts";
import { leastSettings, runFunctions } from "./runtime.ts";

export const key = "the-first-outbound-key";
export const otherKey = "the-outbound-key-after-it";
export const called = "+12025550123";
/** A name that nobody can guess. */
export const intent = expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);

export const outboundSettings = {
  OUTBOUND_KEY: `${key}, ${otherKey}`,
  TWILIO_PHONE_NUMBER: "+14155550100",
  MY_PHONE_NUMBER: "+12125550199",
  DO_NOT_CALL: "+12025550100,+12025550101",
  FUNCTIONS_URL: "https://functions.example",
};

/** What a request came to. */
export type Answer = { status: number; body: Record<string, unknown> };

export const bearer = { authorization: `Bearer ${key}` };

/** Asks a Function for a call, in JSON. */
export async function orderAt(url: string, body: unknown, headers: Record<string, string> = bearer): Promise<Answer> {
  const response = await fetch(`${url}/outbound`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: parseObject(await response.text()) ?? {} };
}

/** A refusal that says what, in a code and in words, and what to do. */
export function expectRefusal({ status, body }: Answer, expected: { status: number; code: string }): void {
  expect({ status, code: body["code"] }).toEqual(expected);
  expect(Object.keys(body).toSorted()).toEqual(["code", "fix", "message"]);
  expect(body["message"]).toMatch(/^.{5,}$/s);
  expect(body["fix"]).toMatch(/^.{5,}\.$/s);
}

/** The outbound Function between a Worker and a Twilio that answer as a test says, for the tests of one file. */
export function outboundDesk() {
  const replies: Record<string, Reply> = {};
  let worker: Awaited<ReturnType<typeof askedWorker>>;
  let api: Awaited<ReturnType<typeof callsApi>>;
  let functions: Awaited<ReturnType<typeof runFunctions>>;

  beforeAll(async () => {
    worker = await askedWorker(linkSecret(leastSettings), replies);
    api = await callsApi();
    functions = await runFunctions({ ...outboundSettings, SERVER_URL: worker.url, TWILIO_API_URL: api.url });
  });
  beforeEach(() => {
    Object.assign(replies, { admit: json({ kind: "admitted" }), outcome: json({}) });
    api.answerWith(placed);
    api.forms.length = 0;
    worker.questions.length = 0;
  });
  afterAll(() => Promise.all([functions.close(), worker.close(), api.close()]));

  return {
    replies,
    get worker() {
      return worker;
    },
    get api() {
      return api;
    },
    get functions() {
      return functions;
    },
    order: (body: unknown, headers?: Record<string, string>): Promise<Answer> => orderAt(functions.url, body, headers),
    /** The same desk under other settings, for one test. */
    async orderUnder(settings: Record<string, string>, body: object): Promise<Answer> {
      const sides = { SERVER_URL: worker.url, TWILIO_API_URL: api.url };
      const other = await runFunctions({ ...outboundSettings, ...sides, ...settings });
      onTestFinished(() => other.close());
      return orderAt(other.url, body);
    },
  };
}
