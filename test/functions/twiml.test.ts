import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import type { CallSid } from "../../common/ids.ts";
import { linkSecret } from "../../common/secrets.ts";
import { checkStreamToken } from "../../common/stream-token.ts";
import type { Part } from "../../scripts/parts/part.ts";
import { askedWorker, json } from "./asked-worker.ts";
import { type Answer, accountSid, ask, callSid, leastSettings, names, post, runFunctions } from "./runtime.ts";
import { parametersOf, streamOf } from "./twiml-reader.ts";

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

describe("/twiml wakes the Worker", () => {
  const [prompt, slow, refusing, wordy, silent] = [call("1"), call("2"), call("3"), call("4"), call("5")];
  let functions: Part;
  let worker: Awaited<ReturnType<typeof askedWorker>>;
  beforeAll(async () => {
    worker = await askedWorker(linkSecret(leastSettings), {
      [prompt]: json({}),
      [slow]: () => undefined,
      [refusing]: json({ error: "no" }, 500),
      [wordy]: json({ greeting: { text: "Guten Tag.", voice: "Polly.Vicki", language: "de-DE" } }),
      [silent]: json({ greeting: { text: "" } }),
    });
    functions = await runFunctions({ SERVER_URL: worker.url });
  });
  afterAll(() => Promise.all([functions.close(), worker.close()]));

  const answered = (sid: string): Promise<Answer> =>
    post(`${functions.url}/twiml`, [
      ["CallSid", sid],
      ["From", "+15551234567"],
      ["To", "+15557654321"],
    ]);
  it("tells it who calls whom, and what Twilio is about to say, signed, once", async () => {
    worker.questions.length = 0;
    const answer = await answered(prompt);
    expect(worker.questions).toMatchObject([{ method: "POST", path: `/calls/${prompt}/prepare`, isSigned: true }]);
    expect(worker.questions[0]?.body).toEqual({
      from: "+15551234567",
      to: "+15557654321",
      said: "Connected to Chatbot.",
      functionsUrl: functions.url.replace("127.0.0.1", "localhost"),
    });
    expect(answer.verbs[0]?.text).toBe("Connected to Chatbot.");
    expect(parametersOf(answer.verbs)).toMatchObject({ from: "+15551234567", said: "Connected to Chatbot." });
  });

  it("says the assistant's own greeting, in its voice, and hands on that it was said", async () => {
    const answer = await answered(wordy);
    expect(answer.verbs[0]).toMatchObject({
      name: "Say",
      text: "Guten Tag.",
      attributes: { voice: "Polly.Vicki", language: "de-DE" },
    });
    expect(parametersOf(answer.verbs)).toMatchObject({ said: "Guten Tag." });
  });

  it("says nothing for an assistant that wants nothing said", async () => {
    const answer = await answered(silent);
    expect(names(answer.verbs)).toEqual(["Connect", "Say", "Hangup"]);
    expect(Object.keys(parametersOf(answer.verbs))).not.toContain("said");
  });

  it.each([
    ["does not answer", slow],
    ["answers with an error", refusing],
  ])("goes on alone when it %s, within 350 ms when warm", async (_, sid) => {
    await answered(prompt);
    const durationsMs: number[] = [];
    for (let request = 0; request < 5; request += 1) {
      const startedAtMs = performance.now();
      const answer = await answered(sid);
      durationsMs.push(performance.now() - startedAtMs);
      expect(names(answer.verbs)).toEqual(["Say", "Connect", "Say", "Hangup"]);
      expect(answer.verbs[0]?.text).toBe("Connected to Chatbot.");
    }
    expect(Math.min(...durationsMs)).toBeLessThan(350);
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

const call = (digit: string): CallSid => `CA${digit.repeat(32)}`;

/** Our own lines: the local runtime's protocol repeats queries. */
const ownLines = (output: string): string =>
  output
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .join("\n");
