import { describe, expect, test } from "vitest";
import { silentFrame } from "../../sim/phone/frames.ts";
import { follow } from "../../sim/phone/script.ts";
import { seededRandom } from "../../sim/network/random.ts";
import { hum, humming } from "../../sim/voice/hum.ts";
import { callUp, callerNumber, codes, ourNumber, startAccount, verbs } from "./twilio-account.ts";
import { accountSid, greet, messagesOf, repeatBack, startApp, twiml } from "./twilio-app.ts";

const hangUp = { step: "hang-up" } as const;

/** A stream to the application that answers, with what stands inside and after it. */
const connect = (wsUrl: string, attributes = "", inside = ""): string =>
  `<Connect${attributes}><Stream url="${wsUrl}/websocket/1">${inside}</Stream></Connect>`;

describe("an inbound call", () => {
  test("hears Twilio speak, then itself from a server that repeats, and hangs up", async () => {
    let server: ReturnType<typeof messagesOf> = [];
    const app = await startApp({
      answers: {
        "/twiml": () => twiml(`<Say>Hi</Say>${connect(app.wsUrl, "", '<Parameter name="token" value="t"/>')}`),
      },
      onStream(socket) {
        server = messagesOf(socket);
        repeatBack(socket);
      },
    });
    const account = await startAccount({ voiceUrl: `${app.url}/twiml`, statusCallback: `${app.url}/status` });
    const script = await follow(
      [{ step: "say", text: "abc" }, { step: "wait-for-quiet", quietMs: 100 }, hangUp],
      humming,
    );
    const { callSid, phone, ended } = await account.inboundCall({
      from: callerNumber,
      to: ourNumber,
      // Whatever is said before the stream has begun is said to nobody.
      holder: (hearing, emit) =>
        server.length < 2 ? { speech: silentFrame, digits: "", hungUp: false } : script(hearing, emit),
    });
    const { facts, log, streams } = await ended;

    const agent = Buffer.from(phone.recording.agent());
    const greetingAt = agent.indexOf(hum("Hi", "twilio"));
    expect(greetingAt).toBeGreaterThanOrEqual(0);
    expect(agent.indexOf(hum("abc", "caller"))).toBeGreaterThan(greetingAt);
    expect(Buffer.from(phone.recording.caller()).indexOf(hum("abc", "caller"))).toBeGreaterThan(0);

    expect(server.map(({ event }) => event).filter((event) => event !== "media")).toEqual([
      "connected",
      "start",
      "stop",
    ]);
    expect(server[1]).toMatchObject({ start: { callSid, accountSid, customParameters: { token: "t" } } });
    expect(streams).toMatchObject([{ streamSid: server[1]?.streamSid, end: { by: "twilio" } }]);
    const [echo] = streams[0]?.heard.messages ?? [];
    expect(echo).toMatchObject({ fate: "heard", heardBytes: hum("abc", "caller").length });
    const heardAtMs = (streams[0]?.startedAtMs ?? 0) + (echo?.heardFromMs ?? 0);
    // Both are true to a frame of 20 ms: the stream began by the clock, the recording counts frames.
    expect(Math.abs(heardAtMs - agent.indexOf(hum("abc", "caller")) / 8)).toBeLessThan(20);
    expect(facts).toMatchObject({ sid: callSid, status: "completed", from: callerNumber, to: ourNumber });
    expect(verbs(log)).toEqual(["Say", "Connect"]);
    expect([...codes(log, "error"), ...codes(log, "warning")]).toEqual([]);
    expect(log.filter(({ kind }) => kind === "note")).toMatchObject([
      { message: `${app.wsUrl} is accepted because it is this machine: Twilio answers 31922` },
    ]);
  });

  test("signs what it sends, so that Twilio's own package accepts it, and sends what Twilio sends", async () => {
    const app = await startApp({
      answers: { "/twiml": () => twiml(connect(app.wsUrl)) },
      onStream: (socket) => socket.close(1000),
    });
    const account = await startAccount({ voiceUrl: `${app.url}/twiml?a=1&b=%20`, statusCallback: `${app.url}/status` });
    const { callSid } = await callUp(account, []);
    expect([...app.requests, ...app.upgrades].map(({ path, isSigned }) => [path, isSigned])).toEqual([
      ["/twiml", true],
      ["/status", true],
      ["/websocket/1", true],
    ]);
    expect(app.requests[0]).toMatchObject({
      method: "POST",
      query: { a: "1", b: " " },
      form: {
        AccountSid: accountSid,
        ApiVersion: "2010-04-01",
        CallSid: callSid,
        CallStatus: "ringing",
        Direction: "inbound",
        From: callerNumber,
        To: ourNumber,
        Caller: callerNumber,
        Called: ourNumber,
        FromCountry: "US",
        StirVerstat: "TN-Validation-Passed-A",
      },
    });
    expect(app.requests[1]?.form).toMatchObject({
      CallSid: callSid,
      CallStatus: "completed",
      CallDuration: expect.stringMatching(/^\d+$/),
    });
    const { headers } = app.upgrades[0] ?? {};
    expect(headers).toMatchObject({ "user-agent": "Twilio.TmeWs/1.0", "sec-websocket-version": "13" });
    for (const absent of ["sec-websocket-protocol", "sec-websocket-extensions", "origin"])
      expect(headers).not.toHaveProperty(absent);
  });

  test("asks with GET when told to, the parameters in the signed URL", async () => {
    const app = await startApp({ answers: { "/twiml": () => twiml("<Hangup/>") } });
    const account = await startAccount({ voiceUrl: `${app.url}/twiml?a=1`, voiceMethod: "GET" });
    const { callSid } = await callUp(account, []);
    expect(app.requests).toMatchObject([{ method: "GET", query: { a: "1", CallSid: callSid }, isSigned: true }]);
  });

  test("passes keys on to the stream", async () => {
    let server: ReturnType<typeof messagesOf> = [];
    const app = await startApp({
      answers: { "/twiml": () => twiml(connect(app.wsUrl)) },
      onStream(socket) {
        server = messagesOf(socket);
        greet(socket, hum("hello", "assistant"));
      },
    });
    const account = await startAccount({ voiceUrl: `${app.url}/twiml` });
    await callUp(account, [{ step: "wait-for-agent" }, { step: "press", digits: "4#" }, hangUp]);
    expect(server.filter(({ event }) => event === "dtmf")).toMatchObject([
      { dtmf: { digit: "4" } },
      { dtmf: { digit: "#" } },
    ]);
  });

  test("records warnings about the server's messages in its log", async () => {
    const app = await startApp({
      answers: { "/twiml": () => twiml(connect(app.wsUrl)) },
      onStream(socket) {
        socket.send("hello");
        socket.send(new Uint8Array(3));
        socket.close(1000);
      },
    });
    const account = await startAccount({ voiceUrl: `${app.url}/twiml` });
    const { log } = await callUp(account, []);
    expect(codes(log, "warning")).toEqual([31951, 31950]);
  });

  test("reaches its server over a network as slow as it is told to be", async () => {
    const sent = { startMs: 0, echoMs: 0 };
    const app = await startApp({
      answers: { "/twiml": () => twiml(connect(app.wsUrl)) },
      onStream(socket) {
        socket.on("message", (data: Buffer) => {
          const { event, streamSid }: { event: string; streamSid: string } = JSON.parse(data.toString());
          if (event === "start") {
            sent.startMs = performance.now();
            socket.send(JSON.stringify({ event: "mark", streamSid, mark: { name: "a" } }));
          }
          if (event !== "mark") return;
          sent.echoMs = performance.now();
          socket.close(1000);
        });
      },
    });
    const delay = { delayMs: 50, jitterMs: 10 };
    const network = { toServer: delay, toTwilio: delay, random: seededRandom(1) };
    await callUp(await startAccount({ voiceUrl: `${app.url}/twiml` }, { network }), []);
    // Timers of a real clock may fire a millisecond early.
    expect(sent.echoMs - sent.startMs).toBeGreaterThanOrEqual(98);
  });

  test("tells whoever watches what happens, while it happens", async () => {
    const app = await startApp({ answers: { "/twiml": () => twiml("<Say>Hi</Say>") } });
    const seen: string[] = [];
    const account = await startAccount(
      { voiceUrl: `${app.url}/twiml` },
      { onEvent: (event) => void seen.push("log" in event ? event.log.kind : event.phone.event) },
    );
    await callUp(account, [{ step: "pause", ms: 10_000 }]);
    expect(seen).toEqual(["request", "verb", "status", "step-began", "agent-heard", "status", "hung-up"]);
  });

  test("does not begin when the number is not one of the account's", async () => {
    const account = await startAccount({ voiceUrl: "http://127.0.0.1:1/" });
    await expect(account.inboundCall({ from: callerNumber, to: "+1999", script: [] })).rejects.toThrow("+1999");
  });
});

describe("after the server closed the stream", () => {
  test("the action is asked with the call's parameters, and its document runs instead of the rest", async () => {
    const app = await startApp({
      answers: {
        "/calls/twiml": () => twiml(`${connect(app.wsUrl, ' action="../ended?attempt=1"')}<Say>never</Say>`),
        "/ended": () => twiml("<Say>Bye</Say>"),
      },
      onStream: (socket) => socket.close(4001, "done"),
    });
    const account = await startAccount({ voiceUrl: `${app.url}/calls/twiml` });
    const { callSid, recording, log, streams } = await callUp(account, []);
    expect(app.to("/ended")).toMatchObject([
      {
        method: "POST",
        query: { attempt: "1" },
        isSigned: true,
        form: { CallSid: callSid, CallStatus: "in-progress" },
      },
    ]);
    expect(streams).toMatchObject([{ end: { by: "server", code: 4001, reason: "done" } }]);
    expect(verbs(log)).toEqual(["Connect", "Say"]);
    expect(Buffer.from(recording.agent()).indexOf(hum("Bye", "twilio"))).toBeGreaterThanOrEqual(0);
  });

  test("the next verb runs when there is no action", async () => {
    const app = await startApp({
      answers: { "/twiml": () => twiml(`${connect(app.wsUrl)}<Say>Sorry</Say><Hangup/><Say>never</Say>`) },
      onStream: (socket) => socket.close(1000),
    });
    const account = await startAccount({ voiceUrl: `${app.url}/twiml` });
    expect(verbs((await callUp(account, [])).log)).toEqual(["Connect", "Say", "Hangup"]);
  });

  test("a second stream of the same call has another StreamSid", async () => {
    const app = await startApp({
      answers: { "/twiml": () => twiml(connect(app.wsUrl) + connect(app.wsUrl)) },
      onStream: (socket) => socket.close(1000),
    });
    const account = await startAccount({ voiceUrl: `${app.url}/twiml` });
    const { streams } = await callUp(account, []);
    expect(new Set(streams.map(({ streamSid }) => streamSid)).size).toBe(2);
  });
});

describe("what else leads from one document to another", () => {
  test("a redirect to a relative address, and an HTTP redirect, which becomes a GET without parameters", async () => {
    const app = await startApp({
      answers: {
        "/a/twiml": () => twiml("<Redirect>next?x=1</Redirect>"),
        "/a/next": () => ({ status: 302, location: "/last", body: "" }),
        "/last": () => twiml("<Say>Bye</Say>"),
      },
    });
    const account = await startAccount({ voiceUrl: `${app.url}/a/twiml` });
    const { log } = await callUp(account, []);
    expect(app.requests.map(({ method, path, isSigned, form }) => [method, path, isSigned, "CallSid" in form])).toEqual(
      [
        ["POST", "/a/twiml", true, true],
        ["POST", "/a/next", true, true],
        ["GET", "/last", true, false],
      ],
    );
    expect(verbs(log)).toEqual(["Redirect", "Say"]);
  });

  test("a rejected call was never answered", async () => {
    const app = await startApp({ answers: { "/twiml": () => twiml('<Reject reason="busy"/>') } });
    const account = await startAccount({ voiceUrl: `${app.url}/twiml` });
    const { facts, answeredAtMs, recording } = await callUp(account, []);
    expect(facts.status).toBe("busy");
    expect(answeredAtMs).toBeUndefined();
    expect(recording.durationMs).toBe(0);
  });

  test("verbs that are not simulated are passed over with a note", async () => {
    const app = await startApp({ answers: { "/twiml": () => twiml("<Enqueue>support</Enqueue><Say>Hi</Say>") } });
    const account = await startAccount({ voiceUrl: `${app.url}/twiml` });
    const { log } = await callUp(account, []);
    expect(verbs(log)).toEqual(["Enqueue", "Say"]);
    expect(log).toContainEqual(
      expect.objectContaining({ kind: "note", message: "Enqueue is not simulated: it is passed over" }),
    );
  });

  test("a pause is silent for its length, and keys are played as tones", async () => {
    const app = await startApp({ answers: { "/twiml": () => twiml('<Pause length="1"/><Play digits="1"/>') } });
    const account = await startAccount({ voiceUrl: `${app.url}/twiml` });
    const { recording } = await callUp(account, []);
    const agent = Buffer.from(recording.agent());
    expect(agent.subarray(0, 8_000).every((byte) => byte === 0xff)).toBe(true);
    expect(agent.subarray(8_000, 8_800).some((byte) => byte !== 0xff)).toBe(true);
  });
});
