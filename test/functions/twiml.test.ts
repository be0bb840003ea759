import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { linkSecret } from "../../common/secrets.ts";
import { checkStreamToken } from "../../common/stream-token.ts";
import type { Part } from "../../scripts/parts/part.ts";
import { askedWorker, json } from "./asked-worker.ts";
import { type Answer, accountSid, ask, callSid, leastSettings, names, post, runFunctions } from "./runtime.ts";

const apologyWords = "We are sorry, something went wrong. Please call again later. Goodbye.";

function expectConversation({ status, contentType, verbs }: Answer): void {
  expect(status).toBe(200);
  expect(contentType).toMatch(/^text\/xml/);
  expect(names(verbs)).toEqual(["Say", "Connect", "Say", "Hangup"]);
  expect(streamOf(verbs)?.attributes).toEqual({
    url: `ws://127.0.0.1:4321/websocket/${callSid}`,
    statusCallback: `http://127.0.0.1:4321/calls/${callSid}/stream-status`,
  });
}

function expectApology({ status, contentType, verbs }: Answer): void {
  expect(status).toBe(200);
  expect(contentType).toMatch(/^text\/xml/);
  expect(names(verbs)).toEqual(["Say", "Hangup"]);
  expect(verbs[0]?.text).toBe(apologyWords);
}

describe("/twiml with the least settings", () => {
  let functions: Part;
  let url: string;
  beforeAll(async () => {
    functions = await runFunctions({ SERVER_URL: "http://127.0.0.1:4321" });
    url = `${functions.url}/twiml`;
  });
  afterAll(() => functions.close());

  const ordinary: [[string, string], ...[string, string][]] = [
    ["CallSid", callSid],
    ["From", "+15551234567"],
    ["To", "+15557654321"],
  ];

  it("greets, connects the stream, and has a last resort after it", async () => {
    const answer = await post(url, ordinary);
    expectConversation(answer);
    expect(answer.verbs[0]).toMatchObject({ text: "Connected to Chatbot.", attributes: {} });
    expect(answer.verbs[2]?.text).toBe(apologyWords);
  });

  it("names an absolute action for the end of the stream", async () => {
    const { verbs } = await post(url, ordinary);
    const port = new URL(functions.url).port;
    expect(verbs[1]?.attributes).toEqual({ action: `http://localhost:${port}/stream-ended`, method: "POST" });
  });

  it("hands the stream a token that admits this call of this account, and no other", async () => {
    const { verbs } = await post(url, ordinary);
    const [parameter] = streamOf(verbs)?.children ?? [];
    const token = parameter?.attributes["value"] ?? "";
    const secret = linkSecret(leastSettings);
    expect(parameter?.attributes["name"]).toBe("token");
    expect(`token${token}`.length).toBeLessThan(500);
    expect(checkStreamToken(secret, token, { accountSid, callSid }, Date.now())).toMatchObject({ ok: true });
    const other = { accountSid, callSid: `CA${"2".repeat(32)}` as const };
    expect(checkStreamToken(secret, token, other, Date.now())).toMatchObject({ ok: false, fault: "forged" });
  });

  it("answers a GET as it answers a POST", async () => {
    expectConversation(await ask(`${url}?${new URLSearchParams(ordinary).toString()}`));
  });

  it("answers a JSON body", async () => {
    const body = JSON.stringify(Object.fromEntries(ordinary));
    expectConversation(await ask(url, { method: "POST", body, headers: { "content-type": "application/json" } }));
  });

  it("takes the first of duplicate parameters", async () => {
    expectConversation(await post(url, [...ordinary, ["CallSid", `CA${"2".repeat(32)}`], ["From", "+15550000000"]]));
  });

  it.each(["anonymous", "sip:alice@example.com", "client:bob", "<&\"'>", ""])(
    "answers a call from %j",
    async (from) => {
      expectConversation(
        await post(url, [
          ["CallSid", callSid],
          ["From", from],
        ]),
      );
    },
  );

  it.each([
    ["no CallSid", []],
    ["an empty CallSid", [["CallSid", ""]]],
    ["something that is no CallSid", [["CallSid", '"><Dial>+15551234567</Dial>']]],
    ["a CallSid that is an object", [["CallSid[sid]", callSid]]],
    ["fields that overlay the runtime's own", [["request", "x"]]],
  ] satisfies [string, [string, string][]][])("apologises and hangs up when there is %s", async (_, fields) => {
    expectApology(await post(url, fields));
  });

  it("logs the call with its numbers masked, and never the token", async () => {
    const { verbs } = await post(url, ordinary);
    await post(url, [ordinary[0], ["From", "sip:15551234567@carrier.example"]]);
    const token = streamOf(verbs)?.children[0]?.attributes["value"] ?? "no token";
    await expect.poll(() => functions.output()).toContain("carrier.example");
    const lines = ownLines(functions.output());
    expect(lines).toContain(callSid);
    expect(lines).not.toContain("5551234567");
    expect(lines).not.toContain(token);
  });

  it("answers within 100 ms when warm", async () => {
    const durationsMs: number[] = [];
    for (let request = 0; request < 20; request++) {
      const startedAtMs = performance.now();
      await post(url, ordinary);
      durationsMs.push(performance.now() - startedAtMs);
    }
    expect(Math.min(...durationsMs)).toBeLessThan(100);
  });
});

describe("/twiml with settings of one's own", () => {
  const greeting = `He said "R&D <is> $5 #1 \`now\`", didn't he?\nGreat.`;
  let functions: Part;
  beforeAll(async () => {
    functions = await runFunctions({
      SERVER_URL: "https://voice.example/ignored?too=1",
      FUNCTIONS_URL: "https://functions.example",
      SAY_GREETING: greeting,
      SAY_VOICE: "Google.en-US-Chirp3-HD-Aoede",
      SAY_LANGUAGE: "en-US",
      LINK_SECRET: "a link secret of our own",
    });
  });
  afterAll(() => functions.close());

  it("speaks, connects and signs as it is told", async () => {
    const { verbs } = await post(`${functions.url}/twiml`, [["CallSid", callSid]]);
    const voice = { voice: "Google.en-US-Chirp3-HD-Aoede", language: "en-US" };
    expect(verbs[0]).toMatchObject({ name: "Say", text: greeting, attributes: voice });
    expect(verbs[2]).toMatchObject({ name: "Say", attributes: voice });
    expect(verbs[1]?.attributes["action"]).toBe("https://functions.example/stream-ended");
    expect(streamOf(verbs)?.attributes["url"]).toBe(`wss://voice.example/websocket/${callSid}`);
    const token = streamOf(verbs)?.children[0]?.attributes["value"];
    const call = { accountSid, callSid };
    expect(checkStreamToken("a link secret of our own", token, call, Date.now())).toMatchObject({ ok: true });
  });
});

describe("/twiml without a greeting", () => {
  it("connects at once", async () => {
    const functions = await runFunctions({ SAY_GREETING: "" });
    onTestFinished(() => functions.close());
    const { verbs } = await post(`${functions.url}/twiml`, [["CallSid", callSid]]);
    expect(names(verbs)).toEqual(["Connect", "Say", "Hangup"]);
  });
});

describe("/twiml of a call that we have placed", () => {
  it("opens with the disclosure, hands on the intent, and asks no list whether we may be called", async () => {
    const functions = await runFunctions({
      OUTBOUND_DISCLOSURE: "This is an AI assistant.",
      SAY_GREETING: "Hello.",
      CALLERS_ALLOWED: "+49*",
      CALLERS_DENIED: "+1*",
    });
    onTestFinished(() => functions.close());
    const call: [string, string][] = [
      ["CallSid", callSid],
      ["Direction", "outbound-api"],
      ["From", "+15551234567"],
    ];
    const { verbs } = await post(`${functions.url}/twiml?intent=an-intent`, call);
    expect(names(verbs)).toEqual(["Say", "Say", "Connect", "Say", "Hangup"]);
    expect(verbs.slice(0, 2).map(({ text }) => text)).toEqual(["This is an AI assistant.", "Hello."]);
    expect(parametersOf(verbs)).toMatchObject({ intent: "an-intent", said: "This is an AI assistant. Hello." });
    // Placed by other means than ours: the Worker knows nothing of it.
    const other = await post(`${functions.url}/twiml`, call);
    expect(parametersOf(other.verbs)).toMatchObject({ intent: "none" });
  });
});

describe("/twiml and who may call", () => {
  it.each<[string, Record<string, string>, string, string[]]>([
    ["everybody without lists", {}, "+15551234567", ["Say", "Connect", "Say", "Hangup"]],
    ["whom the list allows", { CALLERS_ALLOWED: "+1555*" }, "+15551234567", ["Say", "Connect", "Say", "Hangup"]],
    ["one number alone", { CALLERS_ALLOWED: "+15551234567" }, "+15551234567", ["Say", "Connect", "Say", "Hangup"]],
    ["nobody else", { CALLERS_ALLOWED: "+15551234567" }, "+155512345678", ["Reject"]],
    ["not whom the list denies", { CALLERS_DENIED: "+1900*, +15551234567" }, "+15551234567", ["Reject"]],
    ["not whom both lists name", { CALLERS_ALLOWED: "+1*", CALLERS_DENIED: "+1900*" }, "+19005550123", ["Reject"]],
    ["who hides, where some are denied", { CALLERS_DENIED: "+1*" }, "anonymous", ["Say", "Connect", "Say", "Hangup"]],
    ["not who hides, where some are allowed", { CALLERS_ALLOWED: "+1*" }, "anonymous", ["Reject"]],
    ["not who gives an intent of his own", { CALLERS_DENIED: "+1*" }, "+15551234567&intent=x", ["Reject"]],
    ["no one, in words", { CALLERS_DENIED: "+1*", REFUSAL_SENTENCE: "Not now." }, "+15551234567", ["Say", "Hangup"]],
  ])("lets in %s", async (_, lists, from, expected) => {
    const functions = await runFunctions(lists);
    onTestFinished(() => functions.close());
    const fields = new URLSearchParams(`CallSid=${callSid}&Direction=inbound&From=${from.replace("+", "%2B")}`);
    const { verbs } = await post(`${functions.url}/twiml`, [...fields]);
    expect(names(verbs)).toEqual(expected);
    if (expected[0] === "Reject") expect(verbs[0]?.attributes).toEqual({ reason: "rejected" });
  });

  it.each([
    ["busy", "busy"],
    ["refuse", "rejected"],
  ])("turns a caller away on the Worker's word %s", async (admission, reason) => {
    const worker = await askedWorker(linkSecret(leastSettings), { [callSid]: json({ admission }) });
    const functions = await runFunctions({ SERVER_URL: worker.url });
    onTestFinished(async () => void (await Promise.all([functions.close(), worker.close()])));
    const { verbs } = await post(`${functions.url}/twiml`, [["CallSid", callSid]]);
    expect(verbs.map(({ name, attributes }) => [name, attributes])).toEqual([["Reject", { reason }]]);
  });

  it("lets in whom the Worker says nothing of", async () => {
    const replies = { [callSid]: json({ admission: "perhaps" }), [`CA${"2".repeat(32)}`]: () => undefined };
    const worker = await askedWorker(linkSecret(leastSettings), replies);
    const functions = await runFunctions({ SERVER_URL: worker.url });
    onTestFinished(async () => void (await Promise.all([functions.close(), worker.close()])));
    for (const call of Object.keys(replies)) {
      const { verbs } = await post(`${functions.url}/twiml`, [["CallSid", call]]);
      expect(names(verbs)).toEqual(["Say", "Connect", "Say", "Hangup"]);
    }
  });
});

const streamOf = (verbs: Answer["verbs"]) =>
  verbs.find(({ name }) => name === "Connect")?.children.find(({ name }) => name === "Stream");

/** Our own lines: the local runtime's protocol repeats queries. */
const ownLines = (output: string): string =>
  output
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .join("\n");

const parametersOf = (verbs: Answer["verbs"]): Record<string, string | undefined> =>
  Object.fromEntries(
    (streamOf(verbs)?.children ?? []).map(({ attributes }) => [attributes["name"] ?? "", attributes["value"]]),
  );
