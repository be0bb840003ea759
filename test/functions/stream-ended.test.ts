import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import type { CallSid } from "../../common/ids.ts";
import { linkSecret } from "../../common/secrets.ts";
import type { Part } from "../../scripts/parts/part.ts";
import { freePort } from "../../scripts/parts/ports.ts";
import { type Reply, askedWorker, json } from "./asked-worker.ts";
import { type Answer, callSid, leastSettings, names, post, runFunctions } from "./runtime.ts";

const goodbyeWords = "Goodbye.";
const apologyWords = "We are sorry, something went wrong. Please call again later. Goodbye.";

/** The call whose end the Worker judges in one way. */
const call = (digit: string): CallSid => `CA${digit.repeat(32)}`;
const wanted = call("1");
const fallen = call("2");
const slow = call("3");
const cutOff = call("4");

const unusable: [string, CallSid, Reply][] = [
  ["an error", call("5"), json({ error: "no" }, 500)],
  ["a refusal", call("6"), json({ verdict: "hang-up" }, 403)],
  ["a verdict that nobody knows", call("7"), json({ verdict: "party" })],
  ["something that is no object", call("8"), json("hang-up")],
  ["something that is no JSON", call("9"), (response) => void response.end("hang-up")],
  ["a redirection", call("a"), (response) => void response.writeHead(302, { location: "/" }).end()],
  ["half an answer", call("b"), (response) => void response.writeHead(200).write('{"verdict":')],
];

const ownWords = call("c");
const ownSorrow = call("d");
const spoken = { text: "Auf Wiederhören.", voice: "Polly.Vicki", language: "de-DE" };

const ownSaying = { text: spoken.text, attributes: { voice: spoken.voice, language: spoken.language } };

const replies: Record<string, Reply> = {
  [ownWords]: json({ verdict: "hang-up", say: spoken }),
  [ownSorrow]: json({ verdict: "fallback", say: spoken }),
  [wanted]: json({ verdict: "hang-up" }),
  [fallen]: json({ verdict: "fallback" }),
  [slow]: () => undefined,
  [cutOff]: (response) => void response.destroy(),
  ...Object.fromEntries(unusable.map(([, callSid, reply]) => [callSid, reply])),
};

describe("/stream-ended", () => {
  let functions: Part;
  let worker: Awaited<ReturnType<typeof askedWorker>>;
  beforeAll(async () => {
    worker = await askedWorker(linkSecret(leastSettings), replies);
    functions = await runFunctions({ SERVER_URL: worker.url });
  });
  afterAll(() => Promise.all([functions.close(), worker.close()]));

  const streamEnded = (callSid: string): Promise<Answer> =>
    post(`${functions.url}/stream-ended`, [["CallSid", callSid]]);

  it("says goodbye and hangs up after a wanted end", async () => {
    expectWords(await streamEnded(wanted), goodbyeWords);
  });

  it("takes a message when the call fell over and no person is there", async () => {
    const { verbs } = await streamEnded(fallen);
    expect(names(verbs)).toEqual(["Say", "Record", "Hangup"]);
  });

  it("says the assistant's own goodbye, in its voice and language", async () => {
    const { verbs } = await streamEnded(ownWords);
    expect(names(verbs)).toEqual(["Say", "Hangup"]);
    expect(verbs[0]).toMatchObject(ownSaying);
  });

  it("says the assistant's own apology before it takes a message", async () => {
    const { verbs } = await streamEnded(ownSorrow);
    expect(names(verbs)).toEqual(["Say", "Say", "Record", "Hangup"]);
    expect(verbs[0]).toMatchObject(ownSaying);
  });

  it("asks about this call, once, and signs the question", async () => {
    worker.questions.length = 0;
    await streamEnded(wanted);
    expect(worker.questions).toEqual([{ method: "GET", path: `/calls/${wanted}/verdict`, isSigned: true }]);
  });

  it("asks for a moment after 1.5 s when the Worker does not answer", async () => {
    const startedAtMs = performance.now();
    expectMoment(await streamEnded(slow), 1);
    expect(performance.now() - startedAtMs).toBeGreaterThan(1400);
    await expect.poll(() => functions.output()).toMatch(new RegExp(`"${slow}".*"verdict.missing"`));
    expect(functions.output()).not.toContain("answer.failed");
  });

  it("asks for a moment when the Worker hangs up on it", async () => {
    expectMoment(await streamEnded(cutOff), 1);
  });

  it.each(unusable)("asks for a moment when the Worker answers with %s", async (_, callSid) => {
    expectMoment(await streamEnded(callSid), 1);
  });

  it("asks twice again, and then goes on alone", async () => {
    const url = `${functions.url}/stream-ended`;
    expectMoment(await post(`${url}?attempt=1`, [["CallSid", cutOff]]), 2);
    const alone = await post(`${url}?attempt=2`, [["CallSid", cutOff]]);
    expect(names(alone.verbs)).toEqual(["Say", "Record", "Hangup"]);
  });

  it("does what the Worker says by then", async () => {
    expectWords(await post(`${functions.url}/stream-ended?attempt=1`, [["CallSid", wanted]]), goodbyeWords);
  });

  it("apologises, and asks nothing, when no call is named", async () => {
    worker.questions.length = 0;
    expectWords(await post(`${functions.url}/stream-ended`, []), apologyWords);
    expectWords(await streamEnded("../health"), apologyWords);
    expect(worker.questions).toEqual([]);
  });
});

describe("/stream-ended without a Worker", () => {
  it("speaks at once", async () => {
    const functions = await runFunctions({ SERVER_URL: `http://127.0.0.1:${await freePort()}` });
    onTestFinished(() => functions.close());
    expectMoment(await post(`${functions.url}/stream-ended`, [["CallSid", callSid]]), 1);
  });
});

/** The caller hears a word, and Twilio comes back in a moment. */
function expectMoment({ status, verbs }: Answer, attempt: number): void {
  expect(status).toBe(200);
  expect(names(verbs)).toEqual(["Say", "Pause", "Redirect"]);
  expect(verbs[0]?.text).toBe("One moment please.");
  expect(verbs[2]?.text).toMatch(new RegExp(`/stream-ended\\?attempt=${attempt}$`));
}

function expectWords({ status, contentType, verbs }: Answer, words: string): void {
  expect(status).toBe(200);
  expect(contentType).toMatch(/^text\/xml/);
  expect(names(verbs)).toEqual(["Say", "Hangup"]);
  expect(verbs[0]?.text).toBe(words);
}
