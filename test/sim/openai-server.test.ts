import { connect } from "node:net";
import { once } from "node:events";
import OpenAI from "openai";
import { OpenAIRealtimeWS } from "openai/realtime/ws";
import type { RealtimeServerEvent } from "openai/resources/realtime/realtime";
import { afterEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { frameBytes, silence } from "../../sim/audio/mulaw.ts";
import type { Fault, Scenario } from "../../sim/openai/scenario.ts";
import { say } from "../../sim/openai/scenario.ts";
import { type OpenAIOptions, type OpenAIServer, startOpenAI } from "../../sim/openai/server.ts";
import { hum, humming } from "../../sim/voice/hum.ts";

const running: { close(): void | Promise<void> }[] = [];
afterEach(async () => {
  for (const each of running.splice(0).toReversed()) await each.close();
});

async function start(options: Partial<OpenAIOptions> = {}): Promise<OpenAIServer> {
  const server = await startOpenAI({ speak: humming, apiKeys: ["sk-test"], ...options });
  running.push(server);
  return server;
}

const withFaults = (...faults: Fault[]): Scenario => ({ faults });

/** A bare socket, and what becomes of it. */
function dial(server: OpenAIServer, query = "?model=gpt-realtime-2.1", headers: Record<string, string> = {}) {
  const url = `${server.url.replace("http", "ws")}/realtime${query}`;
  const socket = new WebSocket(url, { headers: { authorization: "Bearer sk-test", ...headers } });
  running.push({ close: () => socket.terminate() });
  const messages: string[] = [];
  socket.on("message", (data: Buffer) => messages.push(data.toString()));
  const refusal = new Promise<{ status: number | undefined; body: string }>((resolve) => {
    socket.on("unexpected-response", (_request, response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("end", () => resolve({ status: response.statusCode, body: Buffer.concat(parts).toString() }));
    });
  });
  const closing = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on("close", (code, reason) => resolve({ code, reason: reason.toString() }));
  });
  socket.on("error", () => undefined);
  return { socket, messages, refusal, closing };
}

/** The client of the `openai` package. It insists on wss: only its socket is led to a plain port. */
function packageClient(server: OpenAIServer) {
  const client = new OpenAI({ apiKey: "sk-test", baseURL: server.url });
  const port = Number(new URL(server.url).port);
  const realtime = new OpenAIRealtimeWS(
    {
      model: "gpt-realtime-2.1",
      options: { createConnection: () => connect(port, "127.0.0.1") },
    },
    client,
  );
  running.push({ close: () => realtime.close() });
  const events: RealtimeServerEvent[] = [];
  const waiting: { type: string; resolve: () => void }[] = [];
  realtime.on("event", (event) => {
    events.push(event);
    for (const each of waiting) if (each.type === event.type) each.resolve();
  });
  const errors: string[] = [];
  realtime.on("error", ({ message }) => errors.push(message));
  return {
    realtime,
    client,
    events,
    errors,
    until: (type: string) =>
      new Promise<void>((resolve) => {
        if (events.some((event) => event.type === type)) resolve();
        else waiting.push({ type, resolve });
      }),
  };
}

describe("the openai package's own client", () => {
  it("has a whole turn: it is greeted, speaks, is answered, and cuts the answer", async () => {
    const server = await start({ scenario: { replies: [say("Hello."), say("We open at nine.")] } });
    const { realtime, until, events, errors } = packageClient(server);
    await until("session.created");
    realtime.send({
      type: "session.update",
      session: {
        type: "realtime",
        output_modalities: ["audio"],
        audio: {
          input: {
            format: { type: "audio/pcmu" },
            transcription: { model: "gpt-transcribe", language: "en" },
            turn_detection: { type: "server_vad", silence_duration_ms: 300, idle_timeout_ms: 5_000 },
          },
          output: { format: { type: "audio/pcmu" }, voice: "marin" },
        },
      },
    });
    await until("session.updated");
    realtime.send({ type: "response.create", response: { instructions: "Greet the caller." } });
    await until("response.done");
    const line = Buffer.concat([hum("when do you open", "caller"), silence(400)]);
    for (let at = 0; at < line.length; at += frameBytes)
      realtime.send({
        type: "input_audio_buffer.append",
        audio: line.subarray(at, at + frameBytes).toString("base64"),
      });
    await until("conversation.item.input_audio_transcription.completed");
    while (events.filter(({ type }) => type === "response.done").length < 2) await once(realtime.socket, "message");
    const [, answer] = server.sessions[0]?.realtime.spoken() ?? [];
    realtime.send({
      type: "conversation.item.truncate",
      item_id: answer?.itemId ?? "",
      content_index: 0,
      audio_end_ms: 300,
    });
    await until("conversation.item.truncated");
    expect(errors).toEqual([]);
    const transcripts = events.flatMap((event) =>
      event.type === "response.output_audio_transcript.done" ? [event.transcript] : [],
    );
    expect(transcripts).toEqual(["Hello.", "We open at nine."]);
    expect(server.sessions[0]?.realtime.appended()).toEqual(new Uint8Array(line));
    const closed = once(realtime.socket, "close");
    realtime.close();
    await closed;
    await expect.poll(() => server.sessions[0]?.realtime.facts().at(-1)).toMatchObject({ type: "closed", code: 1000 });
  });

  it("finds the models, and is refused with a wrong key", async () => {
    const server = await start();
    const { client } = packageClient(server);
    const models = await client.models.list();
    expect(models.data.map(({ id }) => id)).toContain("gpt-realtime-2.1");
    const stranger = new OpenAI({ apiKey: "sk-wrong", baseURL: server.url, maxRetries: 0 });
    await expect(stranger.models.list()).rejects.toMatchObject({ status: 401, code: "invalid_api_key" });
  });

  it("is told of its error by the id of its event", async () => {
    const server = await start();
    const { realtime, until, errors } = packageClient(server);
    await until("session.created");
    realtime.send({ type: "response.cancel", event_id: "my-cancel" });
    await until("error");
    expect(errors[0]).toContain("response_cancel_not_active");
    expect(errors[0]).toContain("my-cancel");
  });
});

describe("the door", () => {
  it.each([
    ["a wrong key", "?model=gpt-realtime-2.1", { authorization: "Bearer sk-wrong" }, 401, "invalid_api_key"],
    ["no key", "?model=gpt-realtime-2.1", { authorization: "" }, 401, "Missing bearer"],
    ["no model", "", {}, 400, "exactly one"],
    ["a model and a call", "?model=gpt-realtime-2.1&call_id=rtc_1", {}, 400, "exactly one"],
  ])("refuses %s before the socket opens", async (_, query, headers, status, text) => {
    const { refusal } = dial(await start(), query, headers);
    expect((await refusal).status).toBe(status);
    expect((await refusal).body).toContain(text);
  });

  it.each([
    ["the beta header", "?model=gpt-realtime-2.1", { "openai-beta": "realtime=v1" }, "beta_api_shape_disabled"],
    ["a retired model", "?model=gpt-4o-realtime-preview-2024-10-01", {}, "model_not_found"],
    ["a model of another API", "?model=gpt-live-1", {}, "model_not_found"],
  ])("opens for %s only to say so, and closes with 4000", async (_, query, headers, code) => {
    const { closing, messages } = dial(await start(), query, headers);
    expect(await closing).toEqual({ code: 4000, reason: `invalid_request_error.${code}` });
    expect(messages).toHaveLength(1);
    expect(JSON.parse(messages[0] ?? "")).toMatchObject({ type: "error", error: { code } });
  });

  it("takes a key as a subprotocol, and notes the safety identifier and what it does not know", async () => {
    const facts: object[] = [];
    const server = await start({ onEvent: (fact) => facts.push(fact) });
    const url = `${server.url.replace("http", "ws")}/realtime?model=gpt-realtime-2.1&temperature=0.8`;
    const socket = new WebSocket(url, ["realtime", "openai-insecure-api-key.sk-test"], {
      headers: { "openai-safety-identifier": "caller-7" },
    });
    running.push({ close: () => socket.terminate() });
    await once(socket, "message");
    expect(socket.protocol).toBe("realtime");
    expect(server.sessions[0]?.safetyIdentifier).toBe("caller-7");
    expect(facts).toContainEqual({
      type: "warning",
      message: "The query parameter 'temperature' is not documented.",
      connectionIndex: 0,
    });
  });
});

describe("a scenario's faults", () => {
  it("can differ by connection: the first is refused, the second admitted", async () => {
    const refusal: Fault = { type: "refuse-upgrade", status: 429, body: { error: { code: "insufficient_quota" } } };
    const server = await start({ scenario: (index) => (index === 0 ? withFaults(refusal) : {}) });
    expect(await dial(server).refusal).toEqual({ status: 429, body: '{"error":{"code":"insufficient_quota"}}' });
    const second = dial(server);
    await once(second.socket, "message");
    expect(second.messages[0]).toContain("session.created");
    expect(server.sessions.map(({ connectionIndex }) => connectionIndex)).toEqual([1]);
  });

  it("can leave an upgrade without an answer, and the server can be closed all the same", async () => {
    const server = await start({ scenario: withFaults({ type: "hold-upgrade", forMs: "ever" }) });
    const { closing } = dial(server);
    await expect.poll(() => server.connectionCount()).toBe(1);
    await server.close();
    running.splice(running.indexOf(server), 1);
    expect((await closing).code).toBe(1006);
    expect(server.sessions).toEqual([]);
  });

  it.each<[string, Fault, { code: number; reason: string }]>([
    ["close", { type: "close", atMs: 5, code: 1011, reason: "internal" }, { code: 1011, reason: "internal" }],
    ["drop", { type: "drop", atMs: 5 }, { code: 1006, reason: "" }],
    ["expire", { type: "expire", atMs: 5 }, { code: 1001, reason: expect.stringContaining("60 minutes") }],
  ])("can %s the socket", async (_, fault, expected) => {
    const server = await start({ scenario: withFaults(fault) });
    const { closing } = dial(server);
    expect(await closing).toEqual(expected);
    expect(server.sessions[0]?.isOpen()).toBe(false);
  });

  it("can send what is no JSON, events nobody knows, and errors, while the session goes on", async () => {
    const server = await start({
      scenario: withFaults(
        { type: "raw-message", atMs: 1, text: "{not json" },
        { type: "raw-message", atMs: 2, text: '{"type":"session.new_thing"}' },
        { type: "error", atMs: 3, error: { type: "server_error", code: "server_error", message: "Oops." } },
      ),
    });
    const { socket, messages } = dial(server);
    while (messages.length < 4) await once(socket, "message");
    expect(messages[1]).toBe("{not json");
    expect(messages[2]).toContain("session.new_thing");
    expect(JSON.parse(messages[3] ?? "")).toMatchObject({ type: "error", error: { type: "server_error" } });
    socket.send('{"type":"input_audio_buffer.clear"}');
    await once(socket, "message");
    expect(messages[4]).toContain("input_audio_buffer.cleared");
  });

  it("can keep session.updated back", async () => {
    const server = await start({ scenario: withFaults({ type: "hold-session-updated", forMs: "ever" }) });
    const { socket, messages } = dial(server);
    await once(socket, "message");
    socket.send('{"type":"session.update","session":{"type":"realtime"}}');
    socket.send('{"type":"input_audio_buffer.clear"}');
    await once(socket, "message");
    expect(messages[1]).toContain("input_audio_buffer.cleared");
  });
});
