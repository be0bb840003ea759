import { describe, expect, it } from "vitest";
import { say } from "../../sim/openai/scenario.ts";
import { phoneSession, realtimeClient } from "./openai-client.ts";

const update = (session: object) => ({ type: "session.update", session: { type: "realtime", ...session } });
const input = (fields: object) => update({ audio: { input: fields } });
const vad = (fields: object) => input({ turn_detection: { type: "server_vad", ...fields } });
const create = (item: object, more: object = {}) => ({ type: "conversation.item.create", item, ...more });
const respond = (response: object) => ({ type: "response.create", response });
const message = (role: string, ...content: object[]) => ({ type: "message", role, content });

/** The event, and the code and param of the error it must bring. */
const refused: [string, object, string | null, string | null][] = [
  ["an unknown event", { type: "session.destroy" }, "invalid_value", "type"],
  ["an event without a type", { session: {} }, "invalid_event", null],
  ["a session update without a session", { type: "session.update" }, "missing_required_parameter", "session"],
  ["a session without a type", { type: "session.update", session: {} }, "missing_required_parameter", "session.type"],
  ["a session of another type", update({ type: "transcription" }), "invalid_value", "session.type"],
  ["a temperature", update({ temperature: 0.8 }), "unknown_parameter", "session.temperature"],
  ["the beta's voice field", update({ voice: "alloy" }), "unknown_parameter", "session.voice"],
  [
    "the beta's format field",
    update({ input_audio_format: "g711_ulaw" }),
    "unknown_parameter",
    "session.input_audio_format",
  ],
  ["the beta's modalities", update({ modalities: ["audio", "text"] }), "unknown_parameter", "session.modalities"],
  [
    "turn detection outside of the input",
    update({ turn_detection: null }),
    "unknown_parameter",
    "session.turn_detection",
  ],
  ["another model", update({ model: "gpt-realtime-2" }), "invalid_value", "session.model"],
  [
    "text and audio at once",
    update({ output_modalities: ["audio", "text"] }),
    "invalid_value",
    "session.output_modalities",
  ],
  [
    "a rate with pcmu",
    input({ format: { type: "audio/pcmu", rate: 8000 } }),
    "unknown_parameter",
    "session.audio.input.format.rate",
  ],
  [
    "another rate with pcm",
    input({ format: { type: "audio/pcm", rate: 16000 } }),
    "invalid_value",
    "session.audio.input.format.rate",
  ],
  ["an unknown format", input({ format: { type: "g711_ulaw" } }), "invalid_value", "session.audio.input.format.type"],
  ["a format without a type", input({ format: {} }), "missing_required_parameter", "session.audio.input.format.type"],
  ["an unknown voice", update({ audio: { output: { voice: "bob" } } }), "invalid_value", "session.audio.output.voice"],
  ["a speed out of range", update({ audio: { output: { speed: 2 } } }), "invalid_value", "session.audio.output.speed"],
  [
    "a threshold out of range",
    vad({ threshold: 1.5 }),
    "invalid_value",
    "session.audio.input.turn_detection.threshold",
  ],
  [
    "a fraction of a millisecond",
    vad({ silence_duration_ms: 0.5 }),
    "invalid_value",
    "session.audio.input.turn_detection.silence_duration_ms",
  ],
  [
    "an idle timeout under 5 s",
    vad({ idle_timeout_ms: 1000 }),
    "invalid_value",
    "session.audio.input.turn_detection.idle_timeout_ms",
  ],
  [
    "an unknown field of the vad",
    vad({ eagerness: "low" }),
    "unknown_parameter",
    "session.audio.input.turn_detection.eagerness",
  ],
  [
    "a threshold with the semantic vad",
    input({ turn_detection: { type: "semantic_vad", threshold: 0.5 } }),
    "unknown_parameter",
    "session.audio.input.turn_detection.threshold",
  ],
  [
    "an idle timeout with the semantic vad",
    input({ turn_detection: { type: "semantic_vad", idle_timeout_ms: 6000 } }),
    "unknown_parameter",
    "session.audio.input.turn_detection.idle_timeout_ms",
  ],
  [
    "keywords for a transcriber without them",
    input({ transcription: { model: "whisper-1", keywords: ["Acme"] } }),
    "invalid_value",
    "session.audio.input.transcription.keywords",
  ],
  [
    "a delay for a transcriber without it",
    input({ transcription: { model: "gpt-transcribe", delay: "low" } }),
    "invalid_value",
    "session.audio.input.transcription.delay",
  ],
  [
    "a strict tool",
    update({ tools: [{ type: "function", name: "f", strict: true }] }),
    "unknown_parameter",
    "session.tools[0].strict",
  ],
  [
    "a tool without a name",
    update({ tools: [{ type: "function" }] }),
    "missing_required_parameter",
    "session.tools[0].name",
  ],
  ["too many tokens", update({ max_output_tokens: 5000 }), "invalid_value", "session.max_output_tokens"],
  ["an append without audio", { type: "input_audio_buffer.append" }, "missing_required_parameter", "audio"],
  ["an append that is not base64", { type: "input_audio_buffer.append", audio: "§§§§" }, "invalid_value", "audio"],
  [
    "an append with a stream id",
    { type: "input_audio_buffer.append", audio: "", streamSid: "MZ1" },
    "unknown_parameter",
    "streamSid",
  ],
  ["a commit of nothing", { type: "input_audio_buffer.commit" }, "input_audio_buffer_commit_empty", null],
  ["a clear of the output buffer", { type: "output_audio_buffer.clear" }, "invalid_value", "type"],
  ["an item of an unknown type", create({ type: "note" }), "invalid_value", "item.type"],
  ["a message without a role", create({ type: "message", content: [] }), "missing_required_parameter", "item.role"],
  [
    "assistant audio",
    create(message("assistant", { type: "output_audio", audio: "" })),
    "invalid_value",
    "item.content[0].type",
  ],
  [
    "the beta's text content",
    create(message("assistant", { type: "text", text: "Hi" })),
    "invalid_value",
    "item.content[0].type",
  ],
  [
    "an output without its call",
    create({ type: "function_call_output", call_id: "call_9", output: "" }),
    "invalid_value",
    "item.call_id",
  ],
  [
    "an output that is no string",
    create({ type: "function_call_output", call_id: "call_9", output: {} }),
    "invalid_value",
    "item.output",
  ],
  [
    "a place behind an unknown item",
    create(message("system"), { previous_item_id: "item_9" }),
    "invalid_value",
    "previous_item_id",
  ],
  [
    "a deletion of an unknown item",
    { type: "conversation.item.delete", item_id: "item_9" },
    "item_delete_invalid_item_id",
    "item_id",
  ],
  [
    "a retrieval of an unknown item",
    { type: "conversation.item.retrieve", item_id: "item_9" },
    "item_retrieve_invalid_item_id",
    "item_id",
  ],
  ["a truncation of an unknown item", truncate("item_9", 0), "item_truncate_invalid_item_id", "item_id"],
  ["a truncation at a fraction", truncate("item_9", 10.5), "invalid_value", "audio_end_ms"],
  ["a truncation before the beginning", truncate("item_9", -1), "invalid_value", "audio_end_ms"],
  [
    "a truncation without its index",
    { type: "conversation.item.truncate", item_id: "a", audio_end_ms: 0 },
    "missing_required_parameter",
    "content_index",
  ],
  ["a response with a temperature", respond({ temperature: 1 }), "unknown_parameter", "response.temperature"],
  ["a response in another conversation", respond({ conversation: "second" }), "invalid_value", "response.conversation"],
  [
    "a response with numbers in its metadata",
    respond({ metadata: { turn: 1 } }),
    "invalid_value",
    "response.metadata.turn",
  ],
  [
    "a response on an unknown item",
    respond({ input: [{ type: "item_reference", id: "item_9" }] }),
    "invalid_value",
    "response.input[0].id",
  ],
  ["a cancellation of nothing", { type: "response.cancel" }, "response_cancel_not_active", null],
  ["an endless event id", { type: "input_audio_buffer.clear", event_id: "x".repeat(513) }, "invalid_value", "event_id"],
];

function truncate(itemId: string, audioEndMs: number, more: object = {}) {
  return { type: "conversation.item.truncate", item_id: itemId, content_index: 0, audio_end_ms: audioEndMs, ...more };
}

describe("a client that errs", () => {
  it.each(refused)("is told of %s, and the session stays open", async (_, event, code, param) => {
    const client = realtimeClient();
    await client.run(20);
    client.send({ event_id: "mine", ...event });
    const eventId = "event_id" in event ? event.event_id : "mine";
    expect(client.all("error").map(({ error }) => error)).toMatchObject([
      { type: "invalid_request_error", code, param, event_id: eventId },
    ]);
    expect(client.closed()).toBeUndefined();
    client.send({ type: "session.update", session: phoneSession });
    expect(client.all("session.updated")).toHaveLength(1);
  });

  it("is told of JSON that is none, of binary frames, and of what is no object", async () => {
    const client = realtimeClient();
    for (const text of ["{", "7", "null", "[]"]) client.session.receive(text);
    client.session.receive(new Uint8Array(160));
    expect(client.all("error").map(({ error }) => error.code)).toEqual(Array(5).fill("invalid_event"));
  });

  it("cannot give reasoning or parallel tool calls to a model without them", async () => {
    const client = realtimeClient({}, "gpt-realtime-1.5");
    client.send(update({ reasoning: { effort: "low" } }));
    client.send(update({ parallel_tool_calls: false }));
    expect(client.all("error").map(({ error }) => error.param)).toEqual([
      "session.reasoning",
      "session.parallel_tool_calls",
    ]);
  });

  it("cannot change the voice once it was heard, nor the speed while it is heard", async () => {
    const client = realtimeClient({ replies: [say("A few words.")] });
    await client.configure();
    client.send(update({ audio: { output: { voice: "cedar" } } }));
    client.send({ type: "response.create" });
    await client.run(240);
    client.send(update({ audio: { output: { speed: 1.2 } } }));
    await client.run(2_000);
    client.send(update({ audio: { output: { voice: "ash" } } }));
    client.send(update({ audio: { output: { voice: "cedar", speed: 1.2 } } }));
    expect(client.all("error").map(({ error }) => error.code)).toEqual(["invalid_value", "cannot_update_voice"]);
    expect(client.all("session.updated")).toHaveLength(2);
  });

  it("cannot cut an item beyond what was sent of it, and is told how long it is", async () => {
    const client = realtimeClient({ replies: [say("Ten letters")] });
    await client.configure();
    client.send({ type: "response.create" });
    await client.run(1_000);
    const itemId = client.session.spoken()[0]?.itemId ?? "";
    client.send(truncate(itemId, 661, { event_id: "too-long" }));
    client.send(truncate(itemId, 660));
    client.send(truncate(itemId, 300));
    client.send(truncate(itemId, 301));
    expect(client.all("error").map(({ error }) => error)).toMatchObject([
      { code: null, message: "Audio content of 660ms is already shorter than 661ms", event_id: "too-long" },
      { code: null, message: "Audio content of 300ms is already shorter than 301ms" },
    ]);
  });

  it("cannot cut what the caller said, or a text", async () => {
    const client = realtimeClient();
    await client.configure();
    client.send(create({ id: "note", ...message("user", { type: "input_text", text: "Hello" }) }));
    client.send(truncate("note", 0));
    client.send(create({ id: "note", ...message("system") }));
    expect(client.all("error").map(({ error }) => error.param)).toEqual(["item_id", "item.id"]);
  });
});
