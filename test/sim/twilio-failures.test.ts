import { type Server, createServer } from "node:net";
import { once } from "node:events";
import { describe, expect, onTestFinished, test } from "vitest";
import { type Clock, realClock } from "../../sim/clock.ts";
import { hum, humming } from "../../sim/voice/hum.ts";
import type { Speak } from "../../sim/voice/voices.ts";
import { callUp, codes, startAccount, verbs } from "./twilio-account.ts";
import { startApp, twiml } from "./twilio-app.ts";

/** A clock whose deadlines come a hundred times too early. */
const hasty: Clock = { nowMs: () => realClock.nowMs(), after: (delayMs, task) => realClock.after(delayMs / 100, task) };

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** A port on which nothing listens. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const port = portOf(server);
  server.close();
  await once(server, "close");
  return port;
}

/** A voice that makes every announcement short. */
const briefly: Speak = () => humming("sorry", "twilio");

const stream = (url: string, attributes = ""): string =>
  `<Connect action="/ended"><Stream url="${url}" statusCallback="__APP__/stream" ${attributes}/></Connect><Say>never</Say>`;

describe("a stream that cannot be", () => {
  const url = "wss://worker.example.com/media";
  test.each([
    [31922, "a scheme other than wss", stream("https://worker.example.com/media")],
    [31922, "plain ws to anything but this machine", stream("ws://worker.example.com/media")],
    [31923, "a malformed URL", stream("wss://")],
    [31923, "no URL at all", stream("")],
    [31941, "a track that Connect does not take", stream(url, 'track="both_tracks"')],
  ])("is error %i with %s, and the call goes on with the action", async (code, _, body) => {
    const app = await startApp({
      answers: { "/twiml": () => twiml(body.replace("__APP__", app.url)), "/ended": () => twiml("<Say>Bye</Say>") },
    });
    const account = await startAccount({ voiceUrl: `${app.url}/twiml` });
    const { log, streams } = await callUp(account, []);
    expect(codes(log, "error")).toEqual([code]);
    expect(streams).toEqual([]);
    expect(verbs(log)).toEqual(["Connect", "Say"]);
    expect(app.to("/stream")).toMatchObject([
      { isSigned: true, form: { StreamEvent: "stream-error", StreamError: expect.stringContaining(String(code)) } },
    ]);
  });

  test.each([401, 403, 426, 500])("is error 31920 when the handshake is answered with %i", async (refuses) => {
    const app = await startApp({
      refuses,
      answers: { "/twiml": () => twiml(stream(`${app.wsUrl}/websocket/1`)), "/ended": () => twiml("<Say>Bye</Say>") },
    });
    const account = await startAccount({ voiceUrl: `${app.url}/twiml` });
    const { log } = await callUp(account, []);
    expect(log).toContainEqual(
      expect.objectContaining({ code: 31920, message: expect.stringContaining(String(refuses)) }),
    );
    expect(verbs(log)).toEqual(["Connect", "Say"]);
  });

  test("is error 31902 when nobody listens", async () => {
    const port = await freePort();
    const app = await startApp({
      answers: { "/twiml": () => twiml(stream(`ws://127.0.0.1:${port}/x`)), "/ended": () => twiml("<Hangup/>") },
    });
    const account = await startAccount({ voiceUrl: `${app.url}/twiml` });
    expect(codes((await callUp(account, [])).log, "error")).toContain(31902);
  });

  test("is error 31901 when the handshake is not answered in time", async () => {
    const deaf = createServer().listen(0, "127.0.0.1");
    await once(deaf, "listening");
    onTestFinished(() => void deaf.close());
    const app = await startApp({
      answers: {
        "/twiml": () => twiml(stream(`ws://127.0.0.1:${portOf(deaf)}/x`)),
        "/ended": () => twiml("<Hangup/>"),
      },
    });
    const account = await startAccount({ voiceUrl: `${app.url}/twiml` }, { clock: hasty, speak: briefly });
    expect(codes((await callUp(account, [])).log, "error")).toContain(31901);
  });

  test("is error 31910 when TLS fails", async () => {
    const app = await startApp({
      answers: { "/twiml": () => twiml(stream(app.wsUrl.replace("ws:", "wss:"))), "/ended": () => twiml("<Hangup/>") },
    });
    const account = await startAccount({ voiceUrl: `${app.url}/twiml` });
    expect(codes((await callUp(account, [])).log, "error")).toContain(31910);
  });

  test("loses its query string, with a warning", async () => {
    const app = await startApp({
      answers: {
        "/twiml": () => twiml(stream(`${app.wsUrl}/websocket/1?token=x`)),
        "/ended": () => twiml("<Hangup/>"),
      },
      onStream: (socket) => socket.close(1000),
    });
    const account = await startAccount({ voiceUrl: `${app.url}/twiml` });
    const { log } = await callUp(account, []);
    expect(app.upgrades.map(({ path, query, isSigned }) => [path, query, isSigned])).toEqual([
      ["/websocket/1", {}, true],
    ]);
    expect(codes(log, "warning")).toEqual([31920]);
  });
});

describe("a stream that breaks", () => {
  test("is error 31903 when the connection is cut, told as stream-error, and the action is asked", async () => {
    const app = await startApp({
      answers: {
        "/twiml": () => twiml(stream(`${app.wsUrl}/websocket/1`).replace("__APP__", app.url)),
        "/ended": () => twiml("<Say>Bye</Say>"),
      },
      onStream: (socket) => socket.on("message", () => socket.terminate()),
    });
    const account = await startAccount({ voiceUrl: `${app.url}/twiml` });
    const { log, streams } = await callUp(account, []);
    expect(codes(log, "error")).toEqual([31903]);
    expect(streams).toMatchObject([{ end: { by: "server", code: 1006 } }]);
    expect(app.to("/stream").map(({ form }) => form["StreamEvent"])).toEqual(["stream-started", "stream-error"]);
    expect(verbs(log)).toEqual(["Connect", "Say"]);
  });

  test("is error 31924 when the server sends what is no WebSocket frame", async () => {
    const app = await startApp({
      answers: { "/twiml": () => twiml(stream(`${app.wsUrl}/websocket/1`)), "/ended": () => twiml("<Hangup/>") },
      // A frame with a reserved bit set and a reserved opcode.
      onStream: (socket) => void Reflect.get(socket, "_socket").write(Buffer.from([0xf3, 0x00])),
    });
    const account = await startAccount({ voiceUrl: `${app.url}/twiml` });
    expect(codes((await callUp(account, [])).log, "error")).toContain(31924);
  });

  test("tells started and stopped when the server closes it properly", async () => {
    const app = await startApp({
      answers: {
        "/twiml": () => twiml(stream(`${app.wsUrl}/websocket/1`, 'name="n"').replace("__APP__", app.url)),
        "/ended": () => twiml("<Hangup/>"),
      },
      onStream: (socket) => socket.close(1000),
    });
    const account = await startAccount({ voiceUrl: `${app.url}/twiml` });
    const { streams } = await callUp(account, []);
    expect(app.to("/stream").map(({ form }) => [form["StreamEvent"], form["StreamName"], form["StreamSid"]])).toEqual([
      ["stream-started", "n", streams[0]?.streamSid],
      ["stream-stopped", "n", streams[0]?.streamSid],
    ]);
  });
});

describe("a webhook that fails", () => {
  test.each([
    [11200, "answers 500", { status: 500, body: "" }],
    [12100, "answers with what cannot be parsed", { body: "<Response>" }],
    [12100, "answers with an empty document", { body: "" }],
    [12300, "answers with what is not XML by its type", { type: "application/json", body: "{}" }],
  ])("with %i when it %s: the caller hears an apology", async (code, _, answer) => {
    const app = await startApp({ answers: { "/twiml": () => answer } });
    const account = await startAccount({ voiceUrl: `${app.url}/twiml` }, { speak: briefly });
    const { log, recording, facts } = await callUp(account, []);
    expect(codes(log, "error")).toEqual([code]);
    expect(Buffer.from(recording.agent()).indexOf(hum("sorry", "twilio"))).toBeGreaterThanOrEqual(0);
    expect(facts.status).toBe("completed");
  });

  test("with 11205 when nobody listens, after a second attempt", async () => {
    const account = await startAccount({ voiceUrl: `http://127.0.0.1:${await freePort()}/twiml` }, { speak: briefly });
    const { log } = await callUp(account, []);
    expect(codes(log, "error")).toEqual([11205]);
    expect(log.filter(({ kind }) => kind === "request")).toMatchObject([{ status: undefined }, { status: undefined }]);
  });

  test("with 11200 when it takes longer than 15 s", async () => {
    const app = await startApp({ answers: { "/twiml": () => new Promise(() => {}) } });
    const account = await startAccount({ voiceUrl: `${app.url}/twiml` }, { clock: hasty, speak: briefly });
    const { log } = await callUp(account, []);
    expect(log).toContainEqual(
      expect.objectContaining({ code: 11200, message: `${app.url}/twiml did not answer within 15000 ms` }),
    );
  });

  test("is replaced by the fallback, which is told why", async () => {
    const app = await startApp({
      answers: { "/twiml": () => ({ status: 503 }), "/fallback": () => twiml("<Say>Hi</Say>") },
    });
    const voiceUrl = `${app.url}/twiml`;
    const account = await startAccount({ voiceUrl, voiceFallbackUrl: `${app.url}/fallback` });
    const { log } = await callUp(account, []);
    expect(app.to("/fallback")).toMatchObject([{ form: { ErrorCode: "11200", ErrorUrl: voiceUrl } }]);
    expect(verbs(log)).toEqual(["Say"]);
  });

  test("as a schema violation is a warning, and the rest runs", async () => {
    const app = await startApp({ answers: { "/twiml": () => twiml("<Speak/><Say>Hi</Say>") } });
    const account = await startAccount({ voiceUrl: `${app.url}/twiml` });
    const { log } = await callUp(account, []);
    expect(codes(log, "warning")).toEqual([12200]);
    expect(verbs(log)).toEqual(["Say"]);
  });
});

test("a voice that fails ends the call, and the log says why", async () => {
  const app = await startApp({ answers: { "/twiml": () => twiml("<Say>Hi</Say>") } });
  const account = await startAccount(
    { voiceUrl: `${app.url}/twiml` },
    { speak: () => Promise.reject(new Error("no voice")) },
  );
  const { log, facts } = await callUp(account, []);
  expect(log).toContainEqual(expect.objectContaining({ kind: "failure", message: "no voice" }));
  expect(facts.status).toBe("failed");
});
