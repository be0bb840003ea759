import { describe, expect, test } from "vitest";
import { noUsage } from "../../worker/bridge/usage.ts";
import { openaiRealtime } from "../../worker/models/openai-realtime/protocol.ts";
import { modelAudio } from "../../worker/models/model-audio.ts";
import type { ModelSettings } from "../../worker/models/settings.ts";

const settings: ModelSettings = {
  apiKey: "sk-test",
  baseUrl: "https://api.openai.com/v1",
  model: "gpt-realtime-2.1",
  backendModel: "unused",
  temperature: undefined,
  instructions: 'Be "brief".',
  voice: "marin",
  answersByItself: true,
  tools: [],
  mcpServers: [],
  transcription: undefined,
  noiseReduction: "near_field",
  turnDetection: { type: "server_vad", threshold: 0.5, prefixPaddingMs: 300, silenceMs: 500, idleTimeoutMs: undefined },
};
const provider = openaiRealtime(settings);
const delta = Buffer.alloc(3200, 0x55).toString("base64");
const ids = { event_id: "event_1", response_id: "resp_1", item_id: "item_1", output_index: 0, content_index: 0 };
const audioEvent = modelAudio("resp_1", "item_1", delta);
const call = { id: "item_1", type: "function_call", call_id: "call_1", name: "look_up", arguments: "{}" };
const pcmu = { audio: { input: { format: { type: "audio/pcmu" } }, output: { format: { type: "audio/pcmu" } } } };
const error = (code: string | null, event_id: string | null = null) => ({
  type: "error",
  error: { type: "invalid_request_error", code, message: "No.", param: null, event_id },
});
const refused = (refusal: string) => ({ type: "model.command-refused", commandId: "c7", refusal, message: "No." });

/** The one message of a command. */
function only(messages: string[]): string {
  expect(messages).toHaveLength(1);
  return messages[0] ?? "";
}

describe("the upgrade", () => {
  test("names the model in the URL and the key in a header, with no beta header", () => {
    expect(provider.request).toEqual({
      url: "https://api.openai.com/v1/realtime?model=gpt-realtime-2.1",
      headers: { Authorization: "Bearer sk-test" },
    });
  });
});

describe("events of the model", () => {
  test.each<[string, object, object[]]>([
    ["session.created", { type: "session.created", session: { id: "s" } }, [{ type: "model.opened" }]],
    ["session.updated in μ-law", { type: "session.updated", session: pcmu }, [{ type: "model.ready" }]],
    [
      "speech started",
      { type: "input_audio_buffer.speech_started", item_id: "item_2" },
      [{ type: "model.speech-started", itemId: "item_2" }],
    ],
    ["speech stopped", { type: "input_audio_buffer.speech_stopped" }, [{ type: "model.speech-stopped" }]],
    [
      "a response begins",
      { type: "response.created", response: { id: "resp_1" } },
      [{ type: "model.response-started", responseId: "resp_1" }],
    ],
    ["audio", { type: "response.output_audio.delta", ...ids, delta }, [audioEvent]],
    ["audio with its keys in another order", { delta, ...ids, type: "response.output_audio.delta" }, [audioEvent]],
    [
      "an item's last audio",
      { type: "response.output_audio.done", ...ids },
      [{ type: "model.audio-ended", responseId: "resp_1", itemId: "item_1" }],
    ],
    [
      "a response is cancelled",
      { type: "response.done", response: { id: "resp_1", status: "cancelled" } },
      [
        { type: "model.usage", tokens: noUsage, costUsd: 0 },
        { type: "model.response-ended", responseId: "resp_1", outcome: "cancelled" },
      ],
    ],
    ["a caller's words, not all yet", { type: "conversation.item.input_audio_transcription.delta", delta: "hi" }, []],
    [
      "a caller's words",
      { type: "conversation.item.input_audio_transcription.completed", item_id: "item_1", transcript: "hi" },
      [{ type: "model.caller-words", itemId: "item_1", text: "hi" }],
    ],
    [
      "a caller's words that could not be written down",
      { type: "conversation.item.input_audio_transcription.failed", item_id: "item_1" },
      [{ type: "model.caller-words", itemId: "item_1", text: undefined }],
    ],
    [
      "the model's words",
      { type: "response.output_audio_transcript.delta", ...ids, delta: "Hello" },
      [{ type: "model.agent-words", itemId: "item_1", text: "Hello" }],
    ],
    [
      "an item of the caller",
      { type: "conversation.item.added", previous_item_id: "item_0", item: { id: "item_1", role: "user" } },
      [{ type: "model.item-added", itemId: "item_1", previousItemId: "item_0", role: "caller" }],
    ],
    [
      "a tool's output is taken",
      { type: "conversation.item.added", item: { id: "item_2", type: "function_call_output", call_id: "call_1" } },
      [
        { type: "model.item-added", itemId: "item_2", previousItemId: undefined, role: "agent" },
        { type: "model.tool-output-taken", toolCallId: "call_1" },
      ],
    ],
    [
      "a complete call of a tool",
      { type: "response.output_item.done", response_id: "resp_1", item: { ...call, status: "completed" } },
      [{ type: "model.tool-called", responseId: "resp_1", toolCallId: "call_1", name: "look_up", arguments: "{}" }],
    ],
    [
      "a call that an interruption broke off",
      { type: "response.output_item.done", response_id: "resp_1", item: { ...call, status: "incomplete" } },
      [],
    ],
    ["a benign error", error("response_cancel_not_active", "c7"), []],
    ["an error about nothing of ours", error("server_error"), []],
    ["a race lost", error("conversation_already_has_active_response", "c7"), [refused("response-active")]],
    ["a wrong command", error("unknown_parameter", "c7"), [refused("invalid")]],
    ["a truncate beyond the end", error(null, "c7"), [refused("other")]],
    ["a wrong key", error("invalid_api_key"), [{ type: "model.failed", reason: "invalid_api_key: No." }]],
  ])("%s", (_, message, events) => {
    const decoded = provider.decode(JSON.stringify(message));
    expect(decoded.events).toEqual(events);
    expect(decoded.fault).toBeUndefined();
  });

  test("a session that did not take μ-law is a failure: it would hear noise", () => {
    const session = { audio: { ...pcmu.audio, output: { format: { type: "audio/pcm", rate: 24_000 } } } };
    expect(provider.decode(JSON.stringify({ type: "session.updated", session })).events[0]?.type).toBe("model.failed");
  });

  test.each<[string, unknown, string]>([
    ["bytes", new ArrayBuffer(4), "binary"],
    ["no JSON", "{", "not-json"],
    ["no type", "{}", "malformed"],
    ["audio without its ids", JSON.stringify({ type: "response.output_audio.delta", delta }), "malformed"],
    [
      "audio that is not base64",
      JSON.stringify({ type: "response.output_audio.delta", ...ids, delta: "%" }),
      "malformed",
    ],
    ["a response without an id", JSON.stringify({ type: "response.created" }), "malformed"],
    ["an event of tomorrow", JSON.stringify({ type: "tomorrow.came" }), "unknown-event"],
  ])("%s is dropped and counted", (_, message, fault) => {
    expect(provider.decode(message)).toMatchObject({ events: [], fault });
  });
});

describe("commands to the model", () => {
  test("the session is μ-law both ways without a rate, with every turn-detection value said, and no temperature", () => {
    expect(JSON.parse(only(provider.encode({ type: "model.configure", history: [], commandId: "c1" })))).toEqual({
      type: "session.update",
      event_id: "c1",
      session: {
        type: "realtime",
        output_modalities: ["audio"],
        instructions: 'Be "brief".',
        audio: {
          input: {
            format: { type: "audio/pcmu" },
            noise_reduction: { type: "near_field" },
            transcription: null,
            turn_detection: {
              type: "server_vad",
              threshold: 0.5,
              prefix_padding_ms: 300,
              silence_duration_ms: 500,
              create_response: true,
              interrupt_response: true,
            },
          },
          output: { format: { type: "audio/pcmu" }, voice: "marin" },
        },
        tools: [],
        tool_choice: "auto",
      },
    });
  });

  test("semantic turn detection has an eagerness and none of the others' values", () => {
    const semantic = openaiRealtime({ ...settings, turnDetection: { type: "semantic_vad", eagerness: "low" } });
    const { session } = JSON.parse(only(semantic.encode({ type: "model.configure", history: [], commandId: "c1" })));
    expect(session.audio.input.turn_detection).toEqual({
      type: "semantic_vad",
      eagerness: "low",
      create_response: true,
      interrupt_response: true,
    });
  });

  test.each([
    [{ type: "model.append-audio", payload: "fn8=" } as const, { type: "input_audio_buffer.append", audio: "fn8=" }],
    [
      { type: "model.append-silence", durationMs: 1 } as const,
      { type: "input_audio_buffer.append", audio: Buffer.alloc(8, 0xff).toString("base64") },
    ],
    [
      { type: "model.truncate", commandId: "c2", itemId: "item_1", audioEndMs: 1500 } as const,
      { type: "conversation.item.truncate", event_id: "c2", item_id: "item_1", content_index: 0, audio_end_ms: 1500 },
    ],
    [{ type: "model.create-response", commandId: "c3" } as const, { type: "response.create", event_id: "c3" }],
    [
      { type: "model.create-response", commandId: "c3", instructions: "Greet." } as const,
      { type: "response.create", event_id: "c3", response: { instructions: "Greet." } },
    ],
  ])("%j", (command, message) => {
    expect(JSON.parse(only(provider.encode(command)))).toEqual(message);
  });
});
