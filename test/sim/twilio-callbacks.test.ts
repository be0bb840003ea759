import { once } from "node:events";
import { createServer } from "node:http";
import { describe, expect, onTestFinished, test } from "vitest";
import { originOf } from "../../sim/twilio/origin.ts";
import type { Callback, CallbackFate } from "../../sim/twilio/call/callback-fate.ts";
import { callOut, callUp, callerNumber, codes, nowhere, startAccount, verbs } from "./twilio-account.ts";
import { hum } from "../../sim/voice/hum.ts";
import { greet, startApp, twiml } from "./twilio-app.ts";

const statusOf = ({ parameters }: Callback): string => parameters["CallStatus"] ?? "";

async function calledWithFate(fateOf: (callback: Callback) => CallbackFate) {
  const app = await startApp({ answers: { "/twiml": () => twiml("<Hangup/>") } });
  const account = await startAccount({ voiceUrl: nowhere }, { fateOf });
  const report = await callOut(account, {
    url: `${app.url}/twiml`,
    statusCallback: `${app.url}/status`,
    statusCallbackEvent: ["initiated", "ringing", "answered", "completed"],
  });
  return { report, told: app.to("/status") };
}

describe("a callback", () => {
  test("can come twice, with the same idempotency token", async () => {
    const { told } = await calledWithFate((callback) => (statusOf(callback) === "completed" ? { times: 2 } : {}));
    const completed = told.filter(({ form }) => form["CallStatus"] === "completed");
    expect(completed).toHaveLength(2);
    expect(new Set(completed.map(({ headers }) => headers["i-twilio-idempotency-token"])).size).toBe(1);
    expect(new Set(completed.map(({ form }) => form["SequenceNumber"])).size).toBe(1);
    expect(told).toHaveLength(5);
  });

  test("can come late, after those that followed it", async () => {
    const { told } = await calledWithFate((callback) => (statusOf(callback) === "initiated" ? { delayMs: 1_500 } : {}));
    expect(told.at(-1)?.form).toMatchObject({ CallStatus: "initiated", SequenceNumber: "0" });
    expect(told).toHaveLength(4);
  });

  test("can be lost", async () => {
    const { told, report } = await calledWithFate((callback) =>
      statusOf(callback) === "completed" ? { times: 0 } : {},
    );
    expect(new Set(told.map(({ form }) => form["CallStatus"]))).toEqual(
      new Set(["initiated", "ringing", "in-progress"]),
    );
    expect(report.facts.status).toBe("completed");
  });

  test("is known by what it is for", async () => {
    const app = await startApp({
      answers: {
        "/twiml": () =>
          twiml(`<Connect><Stream url="${app.wsUrl}/s" statusCallback="${app.url}/stream"/></Connect><Record timeout="1"
            recordingStatusCallback="/recording" recordingStatusCallbackEvent="absent"/>`),
      },
      onStream: (socket) => socket.close(1000),
    });
    const purposes = new Set<string>();
    const fateOf = ({ purpose }: Callback): CallbackFate => {
      purposes.add(purpose);
      return {};
    };
    const detected = { afterMs: 10 };
    const phones = { [callerNumber]: { does: "pick-up", ringMs: 10, script: [], detected } } as const;
    const account = await startAccount({ voiceUrl: nowhere }, { fateOf, phones });
    await callOut(account, {
      url: `${app.url}/twiml`,
      statusCallback: `${app.url}/status`,
      machineDetection: "Enable",
      asyncAmd: "true",
      asyncAmdStatusCallback: `${app.url}/amd`,
    });
    expect(purposes).toEqual(
      new Set(["status-callback", "stream-callback", "detection-callback", "recording-callback"]),
    );
  });

  test("about a stream that the call's end stopped says so once", async () => {
    const app = await startApp({
      answers: {
        "/twiml": () => twiml(`<Connect><Stream url="${app.wsUrl}/s" statusCallback="${app.url}/stream"/></Connect>`),
      },
      onStream: (socket) => greet(socket, hum("hello", "assistant")),
    });
    const account = await startAccount({ voiceUrl: `${app.url}/twiml` });
    await callUp(account, [{ step: "wait-for-agent" }, { step: "hang-up" }]);
    expect(new Set(app.to("/stream").map(({ form }) => form["StreamEvent"]))).toEqual(
      new Set(["stream-started", "stream-stopped"]),
    );
    expect(app.to("/stream")).toHaveLength(2);
    for (const { form } of app.to("/stream"))
      expect(form).toMatchObject({ Timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) });
  });
});

test("a webhook whose connection breaks is asked once more, with the same idempotency token", async () => {
  const tokens: (string | string[] | undefined)[] = [];
  const server = createServer((request, response) => {
    tokens.push(request.headers["i-twilio-idempotency-token"]);
    if (tokens.length === 1) request.socket.destroy();
    else response.writeHead(200, { "Content-Type": "text/xml" }).end("<Response><Hangup/></Response>");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const account = await startAccount({ voiceUrl: nowhere });
  const { log } = await callOut(account, { url: `${originOf(server)}/twiml` });
  expect(tokens).toHaveLength(2);
  expect(tokens[1]).toBe(tokens[0]);
  expect(tokens[0]).toMatch(/^[0-9a-f-]{36}$/);
  expect(verbs(log)).toEqual(["Hangup"]);
  expect(codes(log, "error")).toEqual([]);
});
