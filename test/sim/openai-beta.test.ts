import { connect } from "node:net";
import OpenAI from "openai";
import { OpenAIRealtimeWS } from "openai/beta/realtime/ws";
import type { RealtimeServerEvent } from "openai/resources/beta/realtime/realtime";
import { describe, expect, it } from "vitest";
import { frameBytes } from "../../sim/audio/mulaw.ts";
import { callFunctions, say } from "../../sim/openai/scenario.ts";
import { callerAsks, dial, running, start } from "./dialect-client.ts";

describe("the beta shape, which other vendors still speak", () => {
  const headers = { authorization: "Bearer sk-test", "openai-beta": "realtime=v1" };
  const query = "?model=anything-realtime";
  const phone = {
    modalities: ["audio", "text"],
    instructions: "Be brief.",
    voice: "alloy",
    input_audio_format: "g711_ulaw",
    output_audio_format: "g711_ulaw",
    input_audio_transcription: { model: "whisper-1" },
    turn_detection: { type: "server_vad", silence_duration_ms: 300 },
    temperature: 0.7,
    max_response_output_tokens: "inf",
  };

  it("has a whole turn with the package's old client, under the old names", async () => {
    const server = await start("beta", { scenario: { replies: [say("We open at nine.")] } });
    const port = Number(new URL(server.url).port);
    const client = new OpenAIRealtimeWS(
      { model: "gpt-4o-realtime-preview", options: { createConnection: () => connect(port, "127.0.0.1") } },
      new OpenAI({ apiKey: "sk-test", baseURL: server.url }),
    );
    running.push({ close: () => client.close() });
    const events: RealtimeServerEvent[] = [];
    const seen = (type: string) => expect.poll(() => events.map((event) => event.type)).toContain(type);
    client.on("event", (event) => events.push(event));
    await seen("session.created");
    client.send({ type: "session.update", session: JSON.parse(JSON.stringify(phone)) });
    await seen("session.updated");
    for (let at = 0; at < callerAsks.length; at += frameBytes)
      client.send({
        type: "input_audio_buffer.append",
        audio: callerAsks.subarray(at, at + frameBytes).toString("base64"),
      });
    await seen("response.done");
    const updated = events.find((event) => event.type === "session.updated");
    expect(updated).toMatchObject({ session: phone });
    expect(updated).not.toHaveProperty("session.audio");
    const types = new Set(events.map((event) => event.type));
    for (const type of [
      "conversation.item.created",
      "response.audio.delta",
      "response.audio.done",
      "response.audio_transcript.delta",
      "response.audio_transcript.done",
    ])
      expect(types).toContain(type);
    expect([...types].filter((type) => /output_(audio|text)|item\.(added|done)$/.test(type))).toEqual([
      "response.output_item.added",
      "response.output_item.done",
    ]);
    expect(events.find((event) => event.type === "response.done")).toMatchObject({
      response: {
        modalities: ["audio", "text"],
        voice: "alloy",
        output_audio_format: "g711_ulaw",
        temperature: 0.7,
        output: [{ content: [{ type: "audio", transcript: "We open at nine." }] }],
      },
    });
    const itemId = server.sessions[0]?.realtime.spoken()[0]?.itemId ?? "";
    client.send({ type: "conversation.item.truncate", item_id: itemId, content_index: 0, audio_end_ms: 300 });
    await seen("conversation.item.truncated");
    expect(server.sessions[0]?.realtime.appended()).toEqual(new Uint8Array(callerAsks));
  });

  it("writes texts, calls functions, and takes what was said before", async () => {
    const server = await start("beta", {
      scenario: { replies: [callFunctions({ name: "hours", arguments: {} }), say("From nine.")] },
    });
    const client = dial(server, query, headers);
    await client.until("session.created");
    client.send({
      type: "conversation.item.create",
      item: { type: "message", role: "assistant", content: [{ type: "text", text: "Hello." }] },
    });
    client.send({ type: "response.create" });
    await client.until("response.done");
    const callId = "call_1_1";
    client.send({
      type: "conversation.item.create",
      item: { type: "function_call_output", call_id: callId, output: "9" },
    });
    client.send({ type: "response.create", response: { modalities: ["text"], temperature: 1 } });
    await client.until("response.text.done");
    expect(client.all("error")).toEqual([]);
    expect(client.all("response.text.done")).toMatchObject([{ text: "From nine." }]);
    expect(client.all("conversation.item.created")[0]).toMatchObject({ item: { content: [{ type: "text" }] } });
    expect(server.sessions[0]?.realtime.items()[0]).toMatchObject({ content: [{ type: "output_text" }] });
  });

  it.each<[string, object, string, string]>([
    ["the GA type", { type: "realtime" }, "unknown_parameter", "session.type"],
    ["the GA audio", { audio: {} }, "unknown_parameter", "session.audio"],
    ["the GA modalities", { output_modalities: ["audio"] }, "unknown_parameter", "session.output_modalities"],
    ["audio without text", { modalities: ["audio"] }, "invalid_value", "session.modalities"],
    ["the GA format", { input_audio_format: "audio/pcmu" }, "invalid_value", "session.input_audio_format"],
    ["too cold a temperature", { temperature: 0.2 }, "invalid_value", "session.temperature"],
    [
      "what came with GA",
      { turn_detection: { type: "server_vad", idle_timeout_ms: 6_000 } },
      "unknown_parameter",
      "session.turn_detection.idle_timeout_ms",
    ],
    ["another model", { model: "other" }, "invalid_value", "session.model"],
  ])("refuses %s", async (_, session, code, param) => {
    const client = dial(await start("beta"), query, headers);
    await client.until("session.created");
    client.send({ type: "session.update", session, event_id: "mine" });
    await client.until("error");
    expect(client.all("error")).toMatchObject([{ error: { code, param, event_id: "mine" } }]);
  });

  it("names the field that was meant when the objection is not to its shape", async () => {
    const client = dial(await start("beta", { scenario: { replies: [say("Hello.")] } }), query, headers);
    await client.until("session.created");
    client.send({ type: "response.create" });
    await client.until("response.done");
    client.send({ type: "session.update", session: { voice: "ash" } });
    await client.until("error");
    expect(client.all("error")).toMatchObject([{ error: { code: "cannot_update_voice", param: "session.voice" } }]);
  });

  it("demands its header, and OpenAI itself refuses it", async () => {
    const authorization = { authorization: "Bearer sk-test" };
    const without = dial(await start("beta"), query, authorization);
    expect(await without.closing).toBe("4000 invalid_request_error.missing_beta_header");
    const today = dial(await start("openai"), "?model=gpt-realtime-2.1", headers);
    expect(await today.closing).toBe("4000 invalid_request_error.beta_api_shape_disabled");
  });
});
