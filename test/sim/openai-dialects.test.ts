import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { say } from "../../sim/openai/scenario.ts";
import { callerAsks, dial, running, start } from "./dialect-client.ts";

describe("Azure OpenAI", () => {
  it("speaks the GA interface at an address and with a header of its own", async () => {
    const server = await start("azure", { scenario: { replies: [say("Hello.")] } });
    expect(new URL(server.url).pathname).toBe("/openai/v1");
    const client = dial(server, "?model=my-deployment", { "api-key": "sk-test" });
    await client.until("session.created");
    client.send({ type: "session.update", session: { type: "realtime", audio: { output: { voice: "marin" } } } });
    client.send({ type: "response.create" });
    await client.until("response.done");
    expect(client.all("error")).toEqual([]);
    expect(client.all("session.updated")).toMatchObject([{ session: { audio: { output: { voice: "marin" } } } }]);
    expect(client.all("response.output_audio_transcript.done")).toMatchObject([{ transcript: "Hello." }]);
    expect(server.sessions[0]?.model).toBe("my-deployment");
    const entra = dial(server, "?model=my-deployment", { authorization: "Bearer sk-test" });
    await entra.until("session.created");
  });

  it.each<[string, string, Record<string, string>, number]>([
    ["a wrong key", "?model=d", { "api-key": "sk-wrong" }, 401],
    ["no key", "?model=d", {}, 401],
    ["an API version", "?model=d&api-version=2025-04-01-preview", { "api-key": "sk-test" }, 400],
    ["the preview's deployment", "?deployment=d", { "api-key": "sk-test" }, 400],
    ["no deployment", "", { "api-key": "sk-test" }, 400],
  ])("refuses %s", async (_, query, headers, status) => {
    expect(await dial(await start("azure"), query, headers).refused).toBe(status);
  });
});

describe("xAI's Grok Voice", () => {
  const headers = { authorization: "Bearer sk-test" };
  const query = "?model=grok-voice-latest";
  const phone = {
    instructions: "Be brief.",
    voice: "eve",
    turn_detection: { type: "server_vad", threshold: 0.5, silence_duration_ms: 300 },
    audio: {
      input: { format: { type: "audio/pcmu" }, transcription: { language_hint: "en" } },
      output: { format: { type: "audio/pcmu" } },
    },
    tools: [{ type: "function", name: "hours", description: "When it is open.", parameters: { type: "object" } }],
  };

  it("begins with a conversation, keeps voice and turn detection on top, pings, and answers a caller", async () => {
    const server = await start("xai", { scenario: { replies: [say("We open at nine.")] } });
    const client = dial(server, query, headers);
    await client.until("conversation.created");
    expect(client.events).toHaveLength(1);
    client.send({ type: "session.update", session: phone });
    await client.until("ping");
    expect(client.all("session.updated")).toMatchObject([
      {
        session: {
          voice: "eve",
          turn_detection: phone.turn_detection,
          audio: { input: { format: { type: "audio/pcmu" } } },
        },
      },
    ]);
    expect(client.all("session.updated")[0]).not.toHaveProperty("session.audio.output.voice");
    client.append(callerAsks);
    await client.until("conversation.item.input_audio_transcription.completed");
    await client.until("response.done");
    expect(client.all("error")).toEqual([]);
    expect(client.all("response.output_audio.delta").length).toBeGreaterThan(0);
    expect(client.all("response.done")[0]).toHaveProperty("usage.total_tokens");
    expect(client.events.filter(({ type }) => /transcription\.(delta|updated)/.test(type))).toEqual([]);
  });

  it("tells of a transcript as it grows when a transcriber is named, and switches its ear off by a null", async () => {
    const server = await start("xai", {
      scenario: { transcriptions: [{ type: "completed", text: "Hello?", delayMs: 0 }] },
    });
    const client = dial(server, query, headers);
    await client.until("conversation.created");
    const input = { format: { type: "audio/pcmu" }, transcription: { model: "grok-stt" } };
    client.send({ type: "session.update", session: { ...phone, turn_detection: { type: null }, audio: { input } } });
    await client.until("session.updated");
    expect(client.all("session.updated")).toMatchObject([{ session: { turn_detection: { type: null } } }]);
    client.append(callerAsks);
    client.send({ type: "input_audio_buffer.commit" });
    await client.until("conversation.item.input_audio_transcription.updated");
    expect(client.all("conversation.item.input_audio_transcription.updated")).toMatchObject([{ transcript: "Hello?" }]);
    expect(client.all("input_audio_buffer.speech_started")).toEqual([]);
  });

  it.each<[string, object, string]>([
    ["OpenAI's type", { type: "realtime" }, "session.type"],
    ["OpenAI's place of the voice", { audio: { output: { voice: "eve" } } }, "session.audio.output.voice"],
    [
      "OpenAI's place of turn detection",
      { audio: { input: { turn_detection: null } } },
      "session.audio.input.turn_detection",
    ],
    ["semantic turn detection", { turn_detection: { type: "semantic_vad" } }, "session.turn_detection.type"],
    ["a temperature", { temperature: 0.8 }, "session.temperature"],
  ])("refuses %s, by a message without a code", async (_, session, param) => {
    const client = dial(await start("xai"), query, headers);
    await client.until("conversation.created");
    client.send({ type: "session.update", session });
    await client.until("error");
    expect(client.all("error")).toMatchObject([{ error: { code: null, param } }]);
  });

  it("does not know OpenAI's models, nor its Live API", async () => {
    const server = await start("xai");
    expect(await dial(server, "?model=gpt-realtime-2.1", headers).closing).toContain("model_not_found");
    const live = new WebSocket(`${server.url.replace("http", "ws")}/live/sessions`, { headers });
    running.push({ close: () => live.terminate() });
    live.on("error", () => undefined);
    const [, response] = await once(live, "unexpected-response");
    expect(response.statusCode).toBe(404);
  });
});
