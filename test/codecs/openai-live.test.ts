import { describe, expect, test } from "vitest";
import { noUsage } from "../../worker/bridge/usage.ts";
import { openaiLive } from "../../worker/models/openai-live/protocol.ts";
import type { Provider } from "../../worker/models/provider.ts";
import { plainModel } from "../world/plain-model.ts";

const tool = { name: "look_up", description: "Looks it up.", parameters: { type: "object", properties: {} } };
const settings = { ...plainModel, model: "gpt-live-1.1", tools: [tool] };
const frame = (fill: number): string => Buffer.alloc(160, fill).toString("base64");
const decode = (provider: Provider, message: object) => provider.decode(JSON.stringify(message));

/** A session that has started. */
function started(): Provider {
  const provider = openaiLive(settings);
  decode(provider, { type: "session.started", session: {} });
  return provider;
}

const nested = (event: object, delegation_id: string | null = "d1") => ({
  type: "response.event",
  delegation_id,
  event,
});

describe("the upgrade", () => {
  test("names no model in the URL, and no dead header", () => {
    expect(openaiLive(settings).request).toEqual({
      url: "http://127.0.0.1/v1/live/sessions",
      headers: { Authorization: "Bearer sk-test" },
    });
  });
});

describe("messages from GPT-Live", () => {
  const pcmu = { audio: { format: { type: "audio/pcmu", rate: 8_000 } } };
  const pcm = { audio: { format: { type: "audio/pcm", rate: 24_000 } } };

  test.each<[string, object, object[]]>([
    ["it has started", { type: "session.started", session: pcmu }, [{ type: "model.ready" }]],
    [
      "it has started in another format",
      { type: "session.started", session: pcm },
      [{ type: "model.failed", reason: "the session's audio format is not audio/pcmu" }],
    ],
    [
      "an error in the place of its start",
      { type: "error", error: { type: "x", code: "forbidden", message: "No." } },
      [{ type: "model.failed", reason: "forbidden: No." }],
    ],
  ])("%s", (_, message, events) => {
    expect(decode(openaiLive(settings), message).events).toEqual(events);
  });

  test.each<[string, object, object[]]>([
    [
      "words of the agent",
      { type: "session.output_transcript.delta", delta: " so", start_ms: 40, end_ms: 60 },
      [{ type: "model.words", by: "agent", text: " so", startMs: 40 }],
    ],
    [
      "words of the caller",
      { type: "session.input_transcript.delta", delta: "hi", start_ms: 0, end_ms: 60 },
      [{ type: "model.words", by: "caller", text: "hi", startMs: 0 }],
    ],
    ["moderation: an error about nothing of ours", { type: "error", error: { code: null, message: "No." } }, []],
    [
      "a command that was wrong",
      { type: "error", error: { code: "invalid_value", message: "No.", client_event_id: "c7" } },
      [{ type: "model.command-refused", commandId: "c7", refusal: "invalid", message: "No." }],
    ],
    [
      "a later piece of a command that was wrong",
      { type: "error", error: { code: null, message: "No.", client_event_id: "c7.2" } },
      [{ type: "model.command-refused", commandId: "c7", refusal: "other", message: "No." }],
    ],
    [
      "its time so far",
      { type: "session.usage.updated", usage: { seconds: 30 } },
      [{ type: "model.metered", seconds: 30, costUsd: 0.025, isFinal: false }],
    ],
    [
      "its end, as asked for",
      { type: "session.closed", reason: "close_requested", usage: { seconds: 60 } },
      [{ type: "model.metered", seconds: 60, costUsd: 0.05, isFinal: true }],
    ],
    [
      "its end, as nobody asked for",
      { type: "session.closed", reason: "content", usage: { seconds: 60 } },
      [
        { type: "model.metered", seconds: 60, costUsd: 0.05, isFinal: true },
        { type: "model.failed", reason: "session closed: content" },
      ],
    ],
    ["a delegation", { type: "session.delegation.created", delegation: { id: "d1", target: "responses" } }, []],
    ["an acknowledgement", { type: "session.thinking.appended", start_ms: 0, end_ms: 0 }, []],
    ["information", { type: "info", code: "x", message: "y" }, []],
  ])("%s", (_, message, events) => {
    const decoded = decode(started(), message);
    expect(decoded.events).toEqual(events);
    expect(decoded.fault).toBeUndefined();
  });

  test.each([
    ["no JSON", "{", "not-json"],
    ["an event without a name", "{}", "malformed"],
    ["an event that nobody knows", '{"type":"input_audio_buffer.speech_started"}', "unknown-event"],
    ["audio that is none", '{"type":"session.output_audio.delta","delta":"?"}', "malformed"],
    ["words without a time", '{"type":"session.output_transcript.delta","delta":"a"}', "malformed"],
  ])("%s is counted, and means nothing", (_, message, fault) => {
    expect(started().decode(message)).toMatchObject({ events: [], fault });
  });

  test("work behind the voice: a call of a tool belongs to the response that its delegation began", () => {
    const provider = started();
    const item = { type: "function_call", call_id: "call_1", name: "look_up", arguments: "{}", status: "completed" };
    const usage = { input_tokens: 10, input_tokens_details: { cached_tokens: 4 }, output_tokens: 3 };
    const events = [
      nested({ type: "response.created", response: { id: "r1" } }),
      nested({ type: "response.created", response: { id: "r2" } }, null),
      nested({ type: "response.output_item.done", item: { type: "message" } }),
      nested({ type: "response.output_item.done", item }),
      nested({ type: "response.completed", response: { id: "r1", model: "unpriced", output: [], usage } }),
    ].flatMap((message) => decode(provider, message).events);
    expect(events).toEqual([
      { type: "model.response-started", responseId: "r1" },
      { type: "model.response-started", responseId: "r2" },
      { type: "model.tool-called", responseId: "r1", toolCallId: "call_1", name: "look_up", arguments: "{}" },
      // Nobody knows what it costs: 6 × 4 + 4 × 0.4 + 3 × 24 millionths at the dearest price known.
      {
        type: "model.usage",
        tokens: { ...noUsage, textIn: 10, textInCached: 4, textOut: 3 },
        costUsd: undefined,
        guess: { model: "unpriced", usd: 0.0000976 },
      },
      { type: "model.response-ended", responseId: "r1", outcome: "completed" },
    ]);
  });

  test("audio comes in any pieces, and goes on in frames of 20 ms, every byte of it", () => {
    const provider = started();
    const bytes = Buffer.from(Array.from({ length: 1_000 }, (_, index) => index % 251));
    const pieces = [bytes.subarray(0, 50), bytes.subarray(50, 700), bytes.subarray(700, 960)];
    const sounds = pieces.flatMap(
      (piece) => decode(provider, { type: "session.output_audio.delta", delta: piece.toString("base64") }).events,
    );
    const payloads = sounds.flatMap((event) =>
      event.type === "model.sound" ? [Buffer.from(event.payload, "base64")] : [],
    );
    expect(payloads.map(({ length }) => length)).toEqual(Array(6).fill(160));
    expect(Buffer.concat(payloads)).toEqual(bytes.subarray(0, 960));
  });

  test("a whole frame is passed on as it is, by a short way, and its loudness is known", () => {
    const { events } = started().decode(`{"type":"session.output_audio.delta","delta":"${frame(0x80)}"}`);
    expect(events).toMatchObject([{ type: "model.sound", payload: frame(0x80), durationMs: 20 }]);
    expect(events[0]?.type === "model.sound" && events[0].levelDb).toBeGreaterThan(-3);
    const [silent] = started().decode(`{"type":"session.output_audio.delta","delta":"${frame(0xfc)}"}`).events;
    expect(silent?.type === "model.sound" && silent.levelDb).toBeLessThan(-60);
  });
});

/** The messages of a command. */
const encode = (...parameters: Parameters<Provider["encode"]>) =>
  openaiLive(settings)
    .encode(...parameters)
    .map((message): unknown => JSON.parse(message));

describe("commands to GPT-Live", () => {
  test("the session: μ-law with its rate, tools behind the voice, nothing that Realtime alone knows", () => {
    const [start] = encode({ type: "model.configure", history: [], commandId: "c1" });
    expect(start).toEqual({
      type: "session.start",
      event_id: "c1",
      session: {
        model: "gpt-live-1.1",
        instructions: expect.stringMatching(/^Be brief\.\n\n.*- look_up: Looks it up\./s),
        audio: { format: { type: "audio/pcmu", rate: 8_000 }, output: { voice: "alloy" } },
        delegation: {
          type: "responses",
          acknowledgement_delay_ms: 800,
          responses: {
            model: "gpt-5.6-luna",
            instructions: expect.stringMatching(/^Be brief\./),
            tools: [{ type: "function", ...tool }],
            tool_choice: "auto",
          },
        },
        store: false,
      },
    });
  });

  test.each<[Parameters<Provider["encode"]>[0], object[]]>([
    [{ type: "model.append-audio", payload: "abcd" }, [{ type: "session.input_audio.append", audio: "abcd" }]],
    [{ type: "model.append-silence", durationMs: 20 }, [{ type: "session.input_audio.append", audio: frame(0xff) }]],
    [
      { type: "model.create-response", commandId: "c2", instructions: "Say hello." },
      [{ type: "session.commentary.append", event_id: "c2", content: "Say hello.", delegation_id: null }],
    ],
    [{ type: "model.create-response", commandId: "c2" }, [{ type: "response.create", event_id: "c2" }]],
    [
      { type: "model.add-text", commandId: "c3", by: "nobody", text: "It rains." },
      [{ type: "session.thinking.append", event_id: "c3", content: "It rains.", delegation_id: null }],
    ],
    [
      { type: "model.add-tool-output", commandId: "c4", toolCallId: "call_1", output: "yes" },
      [
        {
          type: "response.item.create",
          event_id: "c4",
          item: { type: "function_call_output", call_id: "call_1", output: "yes" },
        },
      ],
    ],
    [{ type: "model.truncate", commandId: "c5", itemId: "i", audioEndMs: 0 }, []],
    [{ type: "model.delete-item", commandId: "c5", itemId: "i" }, []],
  ])("%j", (command, messages) => {
    expect(encode(command)).toEqual(messages);
  });

  test.each([
    ["sentences", "This is a sentence of some length, made of words. ".repeat(120)],
    ["one long word", "ß".repeat(5_000)],
    ["a text without spaces", "これは長い文です。".repeat(400)],
  ])("what is longer than an append may be goes in pieces: %s", (_, text) => {
    const appends = encode({ type: "model.add-text", commandId: "c3", by: "nobody", text });
    const contents = appends.map((each) =>
      typeof each === "object" && each !== null && "content" in each ? String(each.content) : "",
    );
    expect(contents.join("")).toBe(text);
    expect(contents.length).toBeGreaterThan(2);
    for (const content of contents) expect(Buffer.byteLength(content)).toBeLessThanOrEqual(1_200);
    expect(appends[1]).toMatchObject({ event_id: "c3.1" });
  });
});
