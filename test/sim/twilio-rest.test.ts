import { describe, expect, test } from "vitest";
import { callerNumber, codes, ourNumber, startAccount, verbs } from "./twilio-account.ts";
import { accountSid, authToken, greet, messagesOf, startApp, twiml } from "./twilio-app.ts";
import { sdk } from "./twilio-sdk.ts";
import { hum } from "../../sim/voice/hum.ts";

const voiceUrl = "http://127.0.0.1:1/twiml";
const toFrom = { to: callerNumber, from: ourNumber };

describe("the real SDK", () => {
  test("creates a call that rings, is answered, and runs the document at its URL", async () => {
    const app = await startApp({ answers: { "/twiml": () => twiml("<Say>Hi</Say>") } });
    const account = await startAccount({ voiceUrl });
    const created = await sdk(account).calls.create({
      ...toFrom,
      url: `${app.url}/twiml`,
      statusCallback: `${app.url}/status`,
      statusCallbackEvent: ["initiated", "ringing", "answered", "completed"],
    });
    expect(created).toMatchObject({ status: "queued", direction: "outbound-api", ...toFrom });
    expect(created.sid).toMatch(/^CA[0-9a-f]{32}$/);
    const [call] = account.calls();
    const { log } = (await call?.ended) ?? { log: [] };
    expect(verbs(log)).toEqual(["Say"]);
    expect(app.to("/twiml")).toMatchObject([
      { isSigned: true, form: { Direction: "outbound-api", CallStatus: "in-progress", CallSid: created.sid } },
    ]);
    // Callbacks are sent without waiting for one another: only what they say is certain, not their order.
    const told = app.to("/status");
    expect(told.every(({ isSigned }) => isSigned)).toBe(true);
    expect(new Set(told.map(({ form }) => form["CallStatus"]))).toEqual(
      new Set(["initiated", "ringing", "in-progress", "completed"]),
    );
    expect(told).toHaveLength(4);
    const fetched = await sdk(account).calls(created.sid).fetch();
    expect(fetched).toMatchObject({ status: "completed", apiVersion: "2010-04-01" });
    expect(fetched.endTime?.getTime()).toBeGreaterThanOrEqual(fetched.startTime?.getTime() ?? Number.NaN);
  });

  test("reaches a phone that has a script, and inline TwiML", async () => {
    const script = [{ step: "wait-for-agent" }, { step: "say", text: "abc" }, { step: "hang-up" }] as const;
    const account = await startAccount(
      { voiceUrl },
      { phones: { [callerNumber]: { does: "pick-up", ringMs: 10, script } } },
    );
    await sdk(account).calls.create({ ...toFrom, twiml: '<Response><Say>Hi</Say><Pause length="60"/></Response>' });
    const { facts, log } = (await account.calls()[0]?.ended) ?? { facts: undefined, log: [] };
    expect(facts?.status).toBe("completed");
    expect(verbs(log)).toEqual(["Say", "Pause"]);
  });

  test("hangs up a live call: the stream is stopped", async () => {
    let server: ReturnType<typeof messagesOf> = [];
    const app = await startApp({
      answers: { "/twiml": () => twiml(`<Connect action="/ended"><Stream url="${app.wsUrl}/s"/></Connect>`) },
      onStream: (socket) => void (server = messagesOf(socket)),
    });
    const account = await startAccount({ voiceUrl: `${app.url}/twiml` });
    const { callSid, ended } = await account.inboundCall({ from: callerNumber, to: ourNumber, script: [] });
    await expect.poll(() => server.length).toBeGreaterThan(2);
    const updated = await sdk(account).calls(callSid).update({ status: "completed" });
    expect(updated.status).toBe("completed");
    await ended;
    await expect.poll(() => server.at(-1)?.event).toBe("stop");
    expect(app.to("/ended")).toEqual([]);
  });

  test("replaces what a live call does: the stream is stopped, another document runs, another stream begins", async () => {
    const streamSids: string[] = [];
    const app = await startApp({
      answers: {
        "/twiml": () => twiml(`<Connect action="/ended"><Stream url="${app.wsUrl}/s"/></Connect>`),
        "/other": () => twiml(`<Say>Hi</Say><Connect><Stream url="${app.wsUrl}/s"/></Connect>`),
      },
      onStream(socket) {
        greet(socket, hum("hello", "assistant"));
        socket.on("message", (data: Buffer) => {
          const { event, streamSid }: { event: string; streamSid: string } = JSON.parse(data.toString());
          if (event === "start") streamSids.push(streamSid);
        });
      },
    });
    const account = await startAccount({ voiceUrl: `${app.url}/twiml` });
    const { callSid, ended } = await account.inboundCall({ from: callerNumber, to: ourNumber, script: [] });
    await expect.poll(() => streamSids.length).toBe(1);
    await sdk(account)
      .calls(callSid)
      .update({ url: `${app.url}/other` });
    await expect.poll(() => streamSids.length).toBe(2);
    await sdk(account).calls(callSid).update({ twiml: "<Response><Hangup/></Response>" });
    const { streams, log } = await ended;
    expect(streams.map(({ streamSid }) => streamSid)).toEqual(streamSids);
    expect(verbs(log)).toEqual(["Connect", "Say", "Connect", "Hangup"]);
    expect(app.to("/ended")).toEqual([]);
  });

  test("lists calls, newest first, page by page, by status and number", async () => {
    const app = await startApp({ answers: { "/twiml": () => twiml("<Hangup/>") } });
    const account = await startAccount({ voiceUrl: `${app.url}/twiml` });
    const sids: string[] = [];
    for (let count = 0; count < 5; count++) {
      const { callSid, ended } = await account.inboundCall({ from: `+1555000000${count}`, to: ourNumber, script: [] });
      sids.unshift(callSid);
      await ended;
    }
    const client = sdk(account);
    expect((await client.calls.list({ pageSize: 2 })).map(({ sid }) => sid)).toEqual(sids);
    expect((await client.calls.list({ limit: 3 })).map(({ sid }) => sid)).toEqual(sids.slice(0, 3));
    expect(await client.calls.list({ status: "in-progress" })).toEqual([]);
    expect((await client.calls.list({ from: "+15550000001" })).map(({ sid }) => sid)).toEqual([sids[3]]);
  });

  test("is let in with an API key", async () => {
    const account = await startAccount({ voiceUrl }, { apiKeys: { SK1: "secret" } });
    expect(await sdk(account, "SK1", "secret").calls.list()).toEqual([]);
  });
});

describe("the API refuses", () => {
  test.each([
    ["a wrong token", accountSid, "wrong"],
    ["an unknown user", "AC00000000000000000000000000000002", authToken],
    ["an API key with the account's token", "SK1", authToken],
  ])("%s with 20003", async (_, user, secret) => {
    const account = await startAccount({ voiceUrl }, { apiKeys: { SK1: "secret" } });
    await expect(sdk(account, user, secret).calls.list()).rejects.toMatchObject({ status: 401, code: 20003 });
  });

  test.each([
    ["a number that is not E.164", { to: "555-1234", from: ourNumber, twiml: "<Response/>" }, 21211],
    [
      "a caller that is not the account's number",
      { to: callerNumber, from: "+19999999999", twiml: "<Response/>" },
      21210,
    ],
    ["a call with nothing to do", toFrom, 21205],
    ["an address that is none", { ...toFrom, url: "nowhere" }, 21205],
  ])("%s", async (_, call, code) => {
    const account = await startAccount({ voiceUrl });
    await expect(sdk(account).calls.create(call)).rejects.toMatchObject({ status: 400, code });
    expect(account.calls()).toEqual([]);
  });

  test("a call it does not know with 20404", async () => {
    const account = await startAccount({ voiceUrl });
    const unknown = sdk(account).calls("CA00000000000000000000000000000009");
    await expect(unknown.fetch()).rejects.toMatchObject({
      status: 404,
      code: 20404,
      moreInfo: "https://www.twilio.com/docs/errors/20404",
    });
    await expect(unknown.update({ status: "completed" })).rejects.toMatchObject({ status: 404, code: 20404 });
  });

  test("to change a call that is over with 21220", async () => {
    const app = await startApp({ answers: { "/twiml": () => twiml("<Hangup/>") } });
    const account = await startAccount({ voiceUrl: `${app.url}/twiml` });
    const { callSid, ended } = await account.inboundCall({ from: callerNumber, to: ourNumber, script: [] });
    await ended;
    const over = sdk(account).calls(callSid);
    for (const change of [{ status: "completed" as const }, { twiml: "<Response/>" }])
      await expect(over.update(change)).rejects.toMatchObject({ status: 400, code: 21220 });
  });

  test("to cancel a call that was answered", async () => {
    const account = await startAccount({ voiceUrl });
    const { sid } = await sdk(account).calls.create({ ...toFrom, twiml: '<Response><Pause length="60"/></Response>' });
    await expect.poll(() => account.calls()[0]?.facts.status).toBe("in-progress");
    await expect(sdk(account).calls(sid).update({ status: "canceled" })).rejects.toMatchObject({ code: 21220 });
  });
});

describe("a call through the API", () => {
  test("can be canceled while it rings", async () => {
    const account = await startAccount(
      { voiceUrl },
      { phones: { [callerNumber]: { does: "pick-up", ringMs: 60_000, script: [] } } },
    );
    const { sid } = await sdk(account).calls.create({ ...toFrom, twiml: "<Response/>" });
    expect((await sdk(account).calls(sid).update({ status: "canceled" })).status).toBe("canceled");
    const { answeredAtMs } = (await account.calls()[0]?.ended) ?? {};
    expect(answeredAtMs).toBeUndefined();
  });

  test("ends at its time limit", async () => {
    const account = await startAccount({ voiceUrl });
    await sdk(account).calls.create({ ...toFrom, timeLimit: 1, twiml: '<Response><Pause length="60"/></Response>' });
    const { facts } = (await account.calls()[0]?.ended) ?? {};
    expect(facts).toMatchObject({ status: "completed" });
  });

  test("says in its log what was asked for and is not simulated", async () => {
    const account = await startAccount({ voiceUrl });
    await sdk(account).calls.create({ ...toFrom, twiml: "<Response/>", record: true });
    const { log } = (await account.calls()[0]?.ended) ?? { log: [] };
    expect(log).toContainEqual(
      expect.objectContaining({ kind: "note", message: "the parameter Record is not simulated" }),
    );
    expect(codes(log, "error")).toEqual([]);
  });
});
