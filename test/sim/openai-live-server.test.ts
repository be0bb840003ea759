import { once } from "node:events";
import OpenAI from "openai";
import { LiveWS } from "openai/resources/live/ws";
import type { ServerEvent } from "openai/resources/live/live";
import { TranscriptGrouper } from "openai/helpers/live";
import { afterEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { frameBytes, silence } from "../../sim/audio/mulaw.ts";
import { callFunctions, say } from "../../sim/openai/scenario.ts";
import { type OpenAIOptions, type OpenAIServer, startOpenAI } from "../../sim/openai/server.ts";
import { hum, humming } from "../../sim/voice/hum.ts";
import { startWithBackend } from "./live-client.ts";

const running: { close(): void | Promise<void> }[] = [];
afterEach(async () => {
  for (const each of running.splice(0).toReversed()) await each.close();
});

async function start(options: Partial<OpenAIOptions> = {}): Promise<OpenAIServer> {
  const server = await startOpenAI({ speak: humming, apiKeys: ["sk-test"], ...options });
  running.push(server);
  return server;
}

/** The Live client of the `openai` package. */
function packageClient(server: OpenAIServer, apiKey = "sk-test") {
  const live = new LiveWS(new OpenAI({ apiKey, baseURL: server.url }));
  running.push({ close: () => live.close() });
  const events: ServerEvent[] = [];
  const errors: string[] = [];
  const waiting: { type: string; count: number; resolve: () => void }[] = [];
  const countOf = (type: string): number => events.filter((event) => event.type === type).length;
  live.on("event", (event) => {
    events.push(event);
    for (const each of waiting) if (countOf(each.type) >= each.count) each.resolve();
  });
  live.on("error", ({ message }) => errors.push(message));
  return {
    live,
    events,
    errors,
    /** Appends all at once: the session's time runs ahead, and no test has to wait for it. */
    append: (mulaw: Uint8Array) =>
      framesOf(mulaw).forEach((audio) => live.send({ type: "session.input_audio.append", audio })),
    until: (type: string, count = 1) =>
      new Promise<void>((resolve) => {
        if (countOf(type) >= count) resolve();
        else waiting.push({ type, count, resolve });
      }),
  };
}

const framesOf = (mulaw: Uint8Array): string[] =>
  Array.from({ length: mulaw.length / frameBytes }, (_, index) =>
    Buffer.from(mulaw.subarray(index * frameBytes, (index + 1) * frameBytes)).toString("base64"),
  );

const phoneStart = {
  model: "gpt-live-1.1",
  audio: { format: { type: "audio/pcmu", rate: 8_000 }, output: { voice: "marin" } },
} as const;

describe("the openai package's own Live client", () => {
  it("has a whole call: it is greeted, speaks, has work done by its own agent, and says goodbye", async () => {
    const server = await start({
      scenario: {
        replies: [say("Hello."), callFunctions({ name: "order_status", arguments: {} })],
        transcriptions: [{ type: "completed", text: "Where is my order?", delayMs: 0 }],
      },
    });
    const { live, until, append, events, errors } = packageClient(server);
    live.send({ type: "session.start", session: { ...phoneStart } });
    await until("session.started");
    live.send({ type: "session.instructions.append", content: "Greet the caller now.", delegation_id: null });
    append(silence(1_000));
    append(hum("where is my order", "caller"));
    append(silence(1_000));
    await until("session.delegation.created");
    const delegated = events.find((event) => event.type === "session.delegation.created");
    if (delegated?.type !== "session.delegation.created") throw new Error("nothing was delegated");
    live.send({
      type: "session.commentary.append",
      content: "It comes tomorrow.",
      delegation_id: delegated.delegation.id,
      event_id: "answer",
    });
    await expect
      .poll(() => {
        append(silence(500));
        return server.liveSessions[0]?.live.spoken().map(({ text }) => text);
      })
      .toEqual(["Hello.", "One moment, please.", "It comes tomorrow."]);
    live.send({ type: "session.close" });
    await until("session.closed");
    expect(errors).toEqual([]);
    expect(events.at(-1)).toMatchObject({ type: "session.closed", reason: "close_requested" });
    live.close();
    await expect.poll(() => server.liveSessions[0]?.live.facts().at(-1)).toMatchObject({ type: "closed", code: 1000 });
    expect(server.liveSessions[0]?.isOpen()).toBe(false);
  });

  it("has its backend's tool loop, and its transcripts can be grouped by the package's own helper", async () => {
    const server = await start({
      scenario: { replies: [callFunctions({ name: "hours", arguments: {} }), say("From nine to five.")] },
    });
    const { live, until, append, events, errors } = packageClient(server);
    live.send({ type: "session.start", session: JSON.parse(JSON.stringify(startWithBackend())) });
    await until("session.started");
    append(hum("when are you open", "caller"));
    append(silence(1_000));
    await until("response.event", 6);
    live.send({
      type: "response.item.create",
      item: { type: "function_call_output", call_id: "call_1_1", output: "nine to five" },
    });
    live.send({ type: "response.create" });
    await until("response.event", 12);
    append(silence(3_000));
    live.send({ type: "session.close" });
    await until("session.closed");
    expect(errors).toEqual([]);
    const grouper = new TranscriptGrouper();
    const lines: string[] = [];
    grouper.on("segment.closed", ({ segment }) => lines.push(segment.text));
    for (const event of events) grouper.push(event);
    grouper.close();
    expect(lines.join("|")).toContain("From nine to five.");
  });

  it("is told of its error by the id of its event", async () => {
    const server = await start();
    const { live, until, events } = packageClient(server);
    live.send({ type: "session.start", session: { model: "gpt-live-9" }, event_id: "start" });
    await until("error");
    expect(events).toMatchObject([
      { type: "error", error: { code: "invalid_value", param: "session.model", client_event_id: "start" } },
    ]);
  });
});

/** A bare socket at a path, and how it is refused. */
function dial(server: OpenAIServer, path: string, headers: Record<string, string> = {}, protocols: string[] = []) {
  const url = `${server.url.replace("http", "ws")}${path}`;
  const socket = new WebSocket(url, protocols, { headers: { authorization: "Bearer sk-test", ...headers } });
  running.push({ close: () => socket.terminate() });
  socket.on("error", () => undefined);
  return {
    socket,
    refused: new Promise<string>((resolve) => {
      socket.on("unexpected-response", (_request, response) => {
        const parts: Buffer[] = [];
        response.on("data", (part: Buffer) => parts.push(part));
        response.on("end", () => resolve(`${response.statusCode} ${Buffer.concat(parts).toString()}`));
      });
    }),
  };
}

describe("the door of the Live API", () => {
  it.each<[string, string, Record<string, string>, string[], string]>([
    ["a wrong key", "/live/sessions", { authorization: "Bearer sk-wrong" }, [], "401"],
    ["no key", "/live/sessions", { authorization: "" }, [], "401"],
    [
      "a key as a subprotocol",
      "/live/sessions",
      { authorization: "" },
      ["realtime", "openai-insecure-api-key.sk-test"],
      "401",
    ],
    ["a model in the query", "/live/sessions?model=gpt-live-1", {}, [], "400"],
    ["the alpha's address", "/live?model=gpt-live-1", {}, [], "404"],
    ["a sideband", "/live/sessions/live_1/attach", {}, [], "404"],
    ["a fork", "/live/sessions/live_1/fork", {}, [], "404"],
  ])("refuses %s before the socket opens", async (_, path, headers, protocols, status) => {
    const server = await start();
    expect(await dial(server, path, headers, protocols).refused).toMatch(new RegExp(`^${status}`));
    expect(server.liveSessions).toEqual([]);
  });

  it("notes the alpha's header, which means nothing any more", async () => {
    const facts: object[] = [];
    const server = await start({ onEvent: (fact) => facts.push(fact) });
    const { socket } = dial(server, "/live/sessions", { "openai-alpha": "quicksilver=v2" });
    await once(socket, "open");
    expect(facts).toContainEqual(expect.objectContaining({ type: "warning", connectionIndex: 0 }));
  });

  it("stages both APIs by connection: Live refuses, Realtime answers", async () => {
    const error = { type: "invalid_request_error", code: "insufficient_quota", message: "No." };
    const server = await start({
      scenario: (index) => (index === 0 ? { faults: [{ type: "refuse-start", error }] } : { replies: [say("Hello.")] }),
    });
    const { live, until, errors } = packageClient(server);
    live.send({ type: "session.start", session: { ...phoneStart } });
    await until("error");
    expect(errors[0]).toContain("No.");
    const { socket } = dial(server, "/realtime?model=gpt-realtime-2.1");
    const [first] = await once(socket, "message");
    expect(String(first)).toContain("session.created");
    expect([server.liveSessions.length, server.sessions.length]).toEqual([1, 1]);
  });

  it("refuses or holds an upgrade as the scenario says, and lists its models", async () => {
    const refusal = { type: "refuse-upgrade", status: 429, body: { error: { code: "insufficient_quota" } } } as const;
    const server = await start({ scenario: { faults: [refusal] } });
    expect(await dial(server, "/live/sessions").refused).toBe('429 {"error":{"code":"insufficient_quota"}}');
    const models = await new OpenAI({ apiKey: "sk-test", baseURL: server.url }).models.list();
    expect(models.data.map(({ id }) => id)).toEqual(expect.arrayContaining(["gpt-live-1", "gpt-live-1.1"]));
  });
});
