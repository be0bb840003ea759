import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CallSid } from "../../common/ids.ts";
import { linkSecret } from "../../common/secrets.ts";
import { checkStreamToken } from "../../common/stream-token.ts";
import type { Part } from "../../scripts/parts/part.ts";
import { askedWorker, json } from "./asked-worker.ts";
import { type Answer, accountSid, leastSettings, names, post, runFunctions } from "./runtime.ts";
import { parametersOf, streamOf } from "./twiml-reader.ts";

const call = (digit: string): CallSid => `CA${digit.repeat(32)}`;
const [resumed, cold, warm, digits, fallen] = [call("1"), call("2"), call("3"), call("4"), call("5")];

let worker: Awaited<ReturnType<typeof askedWorker>>;
let functions: Part;
beforeAll(async () => {
  worker = await askedWorker(linkSecret(leastSettings), {
    [resumed]: json({ verdict: "resume" }),
    [cold]: json({ verdict: "transfer", to: "+15557654321", isWarm: false }),
    [warm]: json({ verdict: "transfer", to: "+15557654321", isWarm: true }),
    [digits]: json({ verdict: "send-digits", digits: "w12#" }),
    [fallen]: json({ verdict: "fallback" }),
  });
  functions = await runFunctions({
    SERVER_URL: worker.url,
    FUNCTIONS_URL: "https://functions.example",
    FALLBACK_NUMBER: "+15550009999",
    MAX_RESUMES: "2",
  });
});
afterAll(() => Promise.all([functions.close(), worker.close()]));

const ended = (callSid: CallSid, query = "", fields: [string, string][] = []): Promise<Answer> =>
  post(`${functions.url}/stream-ended${query}`, [["CallSid", callSid], ...fields]);
const actionOf = ({ verbs }: Answer, name: string): string =>
  verbs.find((verb) => verb.name === name)?.attributes["action"] ?? "";

describe("the stream was lost", () => {
  it("is opened again with a token of its own, and counted", async () => {
    const answer = await ended(resumed);
    expect(names(answer.verbs)).toEqual(["Connect", "Say", "Hangup"]);
    const { token } = parametersOf(answer.verbs);
    const secret = linkSecret(leastSettings);
    expect(checkStreamToken(secret, token, { accountSid, callSid: resumed }, Date.now())).toMatchObject({ ok: true });
    expect(actionOf(answer, "Connect")).toMatch(/^https:\/\/functions\.example\/stream-ended\?resumes=1&since=\d{13}$/);
  });

  it("is not opened again for ever: a person is called when it was lost too often in a row", async () => {
    const now = Date.now();
    expect(actionOf(await ended(resumed, `?resumes=1&since=${now}`), "Connect")).toContain("resumes=2");
    expect(names((await ended(resumed, `?resumes=2&since=${now}`)).verbs)).toEqual(["Say", "Dial"]);
  });

  it("begins to be counted anew when it has lasted for a minute", async () => {
    expect(actionOf(await ended(resumed, `?resumes=2&since=${Date.now() - 61_000}`), "Connect")).toContain("resumes=1");
  });
});

describe("keys for the far end", () => {
  it("are played, and the stream is opened behind them", async () => {
    const answer = await ended(digits);
    expect(names(answer.verbs)).toEqual(["Play", "Connect", "Say", "Hangup"]);
    expect(answer.verbs[0]?.attributes).toEqual({ digits: "w12#" });
    expect(streamOf(answer.verbs)?.attributes["url"]).toContain(`/websocket/${digits}`);
  });
});

describe("a transfer", () => {
  it("dials the person, rings until somebody takes it, and comes back", async () => {
    const { verbs } = await ended(cold);
    expect(names(verbs)).toEqual(["Dial"]);
    expect(verbs[0]?.attributes).toMatchObject({
      action: "https://functions.example/stream-ended?after=transfer",
      answerOnBridge: "true",
    });
    expect(verbs[0]?.children).toMatchObject([{ name: "Number", text: "+15557654321", attributes: {} }]);
  });

  it("whispers to who picks up, when it is a warm one", async () => {
    const { verbs } = await ended(warm);
    expect(verbs[0]?.children[0]?.attributes).toEqual({ url: `https://functions.example/whisper?call=${warm}` });
  });

  it.each([
    [{ DialCallStatus: "completed" }, "taken"],
    [{ DialCallStatus: "completed", DialBridged: "true" }, "taken"],
    [{ DialCallStatus: "completed", DialBridged: "false" }, "refused"],
    [{ DialCallStatus: "busy" }, "busy"],
    [{ DialCallStatus: "no-answer" }, "no-answer"],
    [{ DialCallStatus: "failed" }, "failed"],
    [{}, "failed"],
  ])("tells the Worker what came of it: %j", async (fields, outcome) => {
    worker.questions.length = 0;
    await ended(resumed, "?after=transfer", Object.entries(fields));
    expect(worker.questions).toMatchObject([{ path: `/calls/${resumed}/verdict?transfer=${outcome}`, isSigned: true }]);
  });
});

describe("the ladder, when nothing can be said", () => {
  it("calls a person first", async () => {
    const { verbs } = await ended(fallen);
    expect(names(verbs)).toEqual(["Say", "Dial"]);
    expect(verbs[1]?.children[0]?.text).toBe("+15550009999");
    expect(verbs[1]?.attributes["action"]).toBe("https://functions.example/stream-ended?rung=voicemail");
  });

  it("takes a message when nobody answers, stored with the call", async () => {
    const { verbs } = await ended(fallen, "?rung=voicemail", [["DialCallStatus", "no-answer"]]);
    expect(names(verbs)).toEqual(["Say", "Record", "Hangup"]);
    expect(verbs[1]?.attributes).toMatchObject({
      action: "https://functions.example/stream-ended?rung=thanks",
      recordingStatusCallback: `${worker.url}/calls/${fallen}/recording`,
    });
  });

  it("hangs up when the person has talked with the caller", async () => {
    const { verbs } = await ended(fallen, "?rung=voicemail", [["DialCallStatus", "completed"]]);
    expect(names(verbs)).toEqual(["Hangup"]);
  });

  it("thanks for a message", async () => {
    const { verbs } = await ended(fallen, "?rung=thanks");
    expect(names(verbs)).toEqual(["Say", "Hangup"]);
  });

  it("asks the Worker nothing on its way down", async () => {
    worker.questions.length = 0;
    await ended(fallen, "?rung=voicemail", [["DialCallStatus", "busy"]]);
    await ended(fallen, "?rung=thanks");
    expect(worker.questions).toEqual([]);
  });

  it("apologises where neither a person nor a message is wanted", async () => {
    const bare = await runFunctions({ SERVER_URL: worker.url, VOICEMAIL_SENTENCE: "off" });
    const { verbs } = await post(`${bare.url}/stream-ended`, [["CallSid", fallen]]);
    await bare.close();
    expect(names(verbs)).toEqual(["Say", "Hangup"]);
    expect(verbs[0]?.text).toMatch(/^We are sorry/);
  });
});
