import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { linkSignatureHeader } from "../../common/link-signature.ts";
import { settingTable } from "../../common/setting-table.ts";
import { houseNumber } from "../../scripts/parts/house.ts";
import { freePort } from "../../scripts/parts/ports.ts";
import { type Scenario, callFunctions, say } from "../../sim/openai/scenario.ts";
import type { PhoneStep } from "../../sim/phone/step.ts";
import { knock } from "../world/knock.ts";
import { startWorker } from "../world/miniflare.ts";
import { newCallSid, tryUpgrade } from "../world/raw-phone.ts";
import { type World, startWorld } from "../world/world.ts";

/** A value of its own for every setting that is a secret, also for one that is yet to come. */
const secrets: Record<string, string> = {
  ...Object.fromEntries(
    Object.entries(settingTable).flatMap(([name, { kind }]) =>
      kind.accepts.startsWith("a secret")
        ? [[name, `the-${name.toLowerCase().replaceAll("_", "-")}-of-the-tests`]]
        : [],
    ),
  ),
  TOOL_CRM_KEY: "the-key-of-a-tool-of-the-tests",
};

const [caller, anna, fallback, called] = ["+15551230000", "+15553000001", "+15554000001", "+15552000001"];
const numbers = [caller, anna, fallback, called, houseNumber];

let scenario: Scenario = {};
let world: World;
const functionLines: string[] = [];
/** What was answered to whoever asked: TwiML to Twilio, words to everybody else. */
const answers: string[] = [];

beforeAll(async () => {
  // The stand-in for Twilio asks from this process, so every document that it is given passes here.
  const { fetch } = globalThis;
  vi.stubGlobal("fetch", async (...request: Parameters<typeof fetch>) => {
    const response = await fetch(...request);
    answers.push(await response.clone().text());
    return response;
  });
  world = await startWorld({
    assistants: "test/world/assistants/office.ts",
    model: { scenario: () => scenario },
    onLine: (part, line) => void (part === "functions" && functionLines.push(line)),
    texts: { ...secrets, FALLBACK_NUMBER: fallback, SAY_GREETING: "off", SYSTEM_MESSAGE: "{{from}} calls {{to}}." },
    twilio: {
      phones: Object.fromEntries(
        [anna, fallback, called].map((number) => [number, { does: "pick-up", ringMs: 100, script: hangsUp }]),
      ),
    },
  });
});
afterAll(async () => {
  vi.unstubAllGlobals();
  await world.close();
});

const hangsUp: PhoneStep[] = [{ step: "say", text: "Hello." }, { step: "hang-up" }];
const asks: PhoneStep[] = [
  { step: "pause", ms: 300 },
  { step: "say", text: "Anna, please." },
];

/** All that the Worker knows. Where its model is, it has the stand-in's key. */
const known = Object.entries({ ...secrets, OPENAI_API_KEY: "sk-stand-in" }).flatMap(([name, value]) =>
  name === "OUTBOUND_KEY" ? [] : [value],
);

/** What a model says when it is confused: everything that nobody should read. */
const indiscreet = JSON.stringify({
  type: "error",
  error: {
    type: "invalid_request_error",
    code: "x",
    message: `${known.join()} of ${caller}, "quoted"`,
  },
});

async function callIn(next: Scenario, script: readonly PhoneStep[] = asks): Promise<void> {
  scenario = next;
  await world.callIn(script);
}

/** Everything that is refused, by whoever tries with what is nearly right. */
async function tryEverything(): Promise<void> {
  const callSid = newCallSid();
  const path = `/calls/${callSid}`;
  const form = `CallSid=${callSid}&From=${encodeURIComponent(caller)}`;
  const json = { "content-type": "application/json" };
  const toWorker = [
    { path: "/" },
    { path: "/health" },
    { path: "/login" },
    { method: "POST", path: "/login", body: `secret=${nearly("OPERATOR_SECRET")}` },
    { path: `/api${path}`, headers: { authorization: `Bearer ${nearly("OPERATOR_SECRET")}` } },
    { method: "POST", path: `/api${path}/hang-up` },
    { path: `${path}/verdict`, headers: { [linkSignatureHeader]: nearly("LINK_SECRET") } },
    { method: "POST", path: `${path}/prepare`, body: JSON.stringify({ from: caller }) },
    { method: "POST", path: `${path}/status?From=${encodeURIComponent(caller)}`, body: form, headers: twilioSignature },
    { method: "POST", path: "/calls/status", body: form, headers: twilioSignature },
  ];
  const toFunctions = [
    { method: "POST", path: "/twiml", body: form, headers: twilioSignature },
    {
      method: "POST",
      path: "/outbound",
      headers: { ...json, authorization: `Bearer ${nearly("OUTBOUND_KEY")}` },
      body: "{}",
    },
    { method: "POST", path: "/outbound", headers: { ...json, ...keyed }, body: `{"to":"${called}9999"}` },
    { method: "POST", path: "/outbound", headers: { ...json, ...keyed }, body: `{"to":"${caller}","from":"${called}"` },
  ];
  for (const request of toWorker) answers.push((await knock(world.workerUrl, request)).body);
  for (const request of toFunctions) answers.push((await knock(world.functionsUrl, request)).body);
  answers.push((await tryUpgrade(`${world.workerUrl}/websocket/${callSid}`, twilioSignature)).body);
}

const nearly = (name: string): string => `${secrets[name]}!`;
const twilioSignature = { "x-twilio-signature": "forged", "content-type": "application/x-www-form-urlencoded" };
const keyed = { authorization: `Bearer ${secrets["OUTBOUND_KEY"]}` };

/** All that is looked through, by where it was read. */
const read = (): Record<string, string[]> => ({
  "the Worker's log": world.worker.logLines.map((line) => JSON.stringify(line)),
  "the Functions' log": functionLines,
  "an answer": answers,
});

describe("neither a log, nor an answer, nor a document tells", () => {
  beforeAll(async () => {
    await callIn(
      { replies: [say("Hello."), say("Yes.")], faults: [{ type: "raw-message", atMs: 500, text: indiscreet }] },
      [...asks, { step: "wait-for-quiet" }, { step: "hang-up" }],
    );
    await callIn({
      replies: [{ items: callFunctions({ name: "transfer_call", arguments: { to: "Anna", summary: caller } }).items }],
    });
    await callIn({ faults: [{ type: "refuse-upgrade", status: 401, body: { error: { message: indiscreet } } }] });
    scenario = { replies: [say("Good day.")] };
    const placed = await fetch(`${world.functionsUrl}/outbound`, {
      method: "POST",
      headers: { ...keyed, "content-type": "application/json" },
      body: JSON.stringify({ to: called, parameters: { name: "Ada" } }),
    });
    expect(placed.status).toBe(200);
    await Promise.all(world.twilio.calls().map(({ ended }) => ended));
    await tryEverything();
  });

  test("nothing: there is something of each to look through", () => {
    for (const [where, texts] of Object.entries(read())) expect(texts.length, where).toBeGreaterThan(5);
    expect(answers.filter((answer) => answer.includes("<Response>")).length).toBeGreaterThan(5);
    expect(answers.join()).toContain(anna);
    expect(world.worker.logLines.map(({ event }) => event)).toEqual(
      expect.arrayContaining(["model:error", "twilio.refused", "login.refused", "call.ended"]),
    );
    expect(functionLines.join()).toContain("call.placed");
  });

  test.each(Object.keys(secrets))("%s", (name) => {
    const value = world.texts[name] ?? "";
    expect(value).not.toBe("");
    for (const [where, texts] of Object.entries(read()))
      expect(
        texts.filter((text) => text.includes(value)),
        where,
      ).toEqual([]);
  });

  test.each(numbers)("the number %s, but to whom dials it or asked for it", (number) => {
    const digits = number.slice(1);
    for (const [where, texts] of Object.entries(read()))
      expect(
        texts.map(withoutNeeded).filter((text) => text.includes(digits)),
        where,
      ).toEqual([]);
  });
});

/**
 * A document without what must be in it. Twilio is told whom to dial, and as whom; it hands the two ends on with the
 * stream, to the Worker, which would otherwise not know them. It knows them all itself.
 */
const withoutNeeded = (document: string): string =>
  document
    .replace(/<Number\b[^>]*>[^<]*<\/Number>/g, "")
    .replace(/ callerId="[^"]*"/g, "")
    .replace(/<Parameter name="(from|to)" value="[^"]*"\/>/g, "");

test("a Worker whose settings are wrong names them, and tells none of their values", async () => {
  const texts = {
    ...secrets,
    TWILIO_ACCOUNT_SID: secrets["TWILIO_AUTH_TOKEN"] ?? "",
    TWILIO_PHONE_NUMBER: "5551230000",
  };
  const worker = await startWorker(texts, { port: await freePort() });
  try {
    const { status, body } = await knock(worker.url, { path: "/health" });
    expect(status).toBe(503);
    await expect.poll(() => JSON.stringify(worker.logLines)).toContain("TWILIO_ACCOUNT_SID has the wrong shape");
    const told = JSON.stringify(worker.logLines) + body;
    for (const value of [...Object.values(secrets), "5551230000"]) expect(told).not.toContain(value);
  } finally {
    await worker.close();
  }
});
