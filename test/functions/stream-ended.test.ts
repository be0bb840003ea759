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

  it("apologises and hangs up when the call fell over", async () => {
    expectWords(await streamEnded(fallen), apologyWords);
  });

  it.each([
    ["goodbye", ownWords],
    ["apology", ownSorrow],
  ])("says the assistant's own %s, in its voice and language", async (_, callSid) => {
    const { verbs } = await streamEnded(callSid);
    expect(names(verbs)).toEqual(["Say", "Hangup"]);
    expect(verbs[0]).toMatchObject({
      text: spoken.text,
      attributes: { voice: spoken.voice, language: spoken.language },
    });
  });

  it("asks about this call, once, and signs the question", async () => {
    worker.questions.length = 0;
    await streamEnded(wanted);
    expect(worker.questions).toEqual([{ method: "GET", path: `/calls/${wanted}/verdict`, isSigned: true }]);
  });

  it("apologises after 1.5 s when the Worker does not answer", async () => {
    const startedAtMs = performance.now();
    expectWords(await streamEnded(slow), apologyWords);
    expect(performance.now() - startedAtMs).toBeGreaterThan(1400);
    await expect.poll(() => functions.output()).toMatch(new RegExp(`"${slow}".*"verdict.missing"`));
    expect(functions.output()).not.toContain("answer.failed");
  });

  it("apologises when the Worker hangs up on it", async () => {
    expectWords(await streamEnded(cutOff), apologyWords);
  });

  it.each(unusable)("apologises when the Worker answers with %s", async (_, callSid) => {
    expectWords(await streamEnded(callSid), apologyWords);
  });

  it("apologises, and asks nothing, when no call is named", async () => {
    worker.questions.length = 0;
    expectWords(await post(`${functions.url}/stream-ended`, []), apologyWords);
    expectWords(await streamEnded("../health"), apologyWords);
    expect(worker.questions).toEqual([]);
  });
});

describe("/stream-ended without a Worker", () => {
  it("apologises at once", async () => {
    const functions = await runFunctions({ SERVER_URL: `http://127.0.0.1:${await freePort()}` });
    onTestFinished(() => functions.close());
    expectWords(await post(`${functions.url}/stream-ended`, [["CallSid", callSid]]), apologyWords);
  });
});

function expectWords({ status, contentType, verbs }: Answer, words: string): void {
  expect(status).toBe(200);
  expect(contentType).toMatch(/^text\/xml/);
  expect(names(verbs)).toEqual(["Say", "Hangup"]);
  expect(verbs[0]?.text).toBe(words);
}
