import { describe, expect, it } from "vitest";
import { callFunctions, say } from "../../sim/openai/scenario.ts";
import { liveClient, phoneStart, startWithBackend } from "./live-client.ts";

const format = (fields: object) => ({ ...phoneStart, audio: { format: fields } });
const voice = (name: unknown) => ({ ...phoneStart, audio: { output: { voice: name } } });
const history = (...input: object[]) => ({ ...phoneStart, input });
const message = (role: string, ...content: object[]) => ({ role, content });
const tokens = (count: number) => "four".repeat(count);
const text = { type: "input_text", text: "Hello." };

/** What is started with, and the code and param of the error in the place of a session. */
const refusedStarts: [string, object, string, string][] = [
  ["no model", {}, "missing_required_parameter", "session.model"],
  ["a model of Realtime", { model: "gpt-realtime-2.1" }, "invalid_value", "session.model"],
  ["Realtime's session type", { ...phoneStart, type: "realtime" }, "unknown_parameter", "session.type"],
  ["turn detection", { ...phoneStart, turn_detection: null }, "unknown_parameter", "session.turn_detection"],
  [
    "Realtime's input format",
    { ...phoneStart, audio: { input: { format: { type: "audio/pcmu" } } } },
    "unknown_parameter",
    "session.audio.input",
  ],
  ["μ-law without its rate", format({ type: "audio/pcmu" }), "missing_required_parameter", "session.audio.format.rate"],
  ["another rate of μ-law", format({ type: "audio/pcmu", rate: 16_000 }), "invalid_value", "session.audio.format.rate"],
  ["another rate of PCM", format({ type: "audio/pcm", rate: 8_000 }), "invalid_value", "session.audio.format.rate"],
  ["the beta's format", format({ type: "g711_ulaw", rate: 8_000 }), "invalid_value", "session.audio.format.type"],
  ["an unknown voice", voice("bob"), "invalid_value", "session.audio.output.voice"],
  ["a custom voice as a name", voice("voice_123"), "invalid_value", "session.audio.output.voice"],
  ["a custom voice without its prefix", voice({ id: "123" }), "invalid_value", "session.audio.output.voice.id"],
  ["a speed", { ...phoneStart, audio: { output: { speed: 1 } } }, "unknown_parameter", "session.audio.output.speed"],
  ["long instructions", { ...phoneStart, instructions: tokens(16_385) }, "invalid_value", "session.instructions"],
  ["a system message", history(message("system", text)), "invalid_value", "session.input[0].role"],
  ["a message of two parts", history(message("user", text, text)), "invalid_value", "session.input[0].content"],
  ["a message without parts", history(message("user")), "invalid_value", "session.input[0].content"],
  [
    "what the assistant said as input",
    history(message("assistant", text)),
    "invalid_value",
    "session.input[0].content[0].type",
  ],
  [
    "129 messages",
    history(...Array.from({ length: 129 }, () => message("user", text))),
    "invalid_value",
    "session.input",
  ],
  [
    "8,193 tokens of history",
    history(message("user", { type: "input_text", text: tokens(8_193) })),
    "invalid_value",
    "session.input",
  ],
  ["decisions", { ...phoneStart, delegation: { type: "decisions" } }, "invalid_value", "session.delegation"],
  ["unknown helpers", { ...phoneStart, delegation: { type: "agent" } }, "invalid_value", "session.delegation.type"],
  [
    "a backend without a model",
    { ...phoneStart, delegation: { type: "responses", responses: {} } },
    "missing_required_parameter",
    "session.delegation.responses.model",
  ],
  [
    "too small an answer",
    startWithBackend({ max_output_tokens: 15 }),
    "invalid_value",
    "session.delegation.responses.max_output_tokens",
  ],
  [
    "an unknown setting of the backend",
    startWithBackend({ temperature: 1 }),
    "unknown_parameter",
    "session.delegation.responses.temperature",
  ],
  [
    "a tool without a name",
    startWithBackend({ tools: [{ type: "function" }] }),
    "missing_required_parameter",
    "session.delegation.responses.tools[0].name",
  ],
  ["a frontend's rights", { ...phoneStart, client: {} }, "invalid_value", "session.client"],
  ["triggers", { ...phoneStart, triggers: [{ type: "decisions" }] }, "invalid_value", "session.triggers"],
  ["a store that is no yes or no", { ...phoneStart, store: "no" }, "invalid_value", "session.store"],
];

const append = (kind: string, content: unknown, delegation_id?: unknown) => ({
  type: `session.${kind}.append`,
  content,
  ...(delegation_id === undefined ? {} : { delegation_id }),
});
const update = (session: object) => ({ type: "session.update", session });
const functionOutput = (call_id: string) => ({
  type: "response.item.create",
  item: { type: "function_call_output", call_id, output: "{}" },
});

/** The event, and the code and param of the error it must bring, with a session that goes on. */
const refused: [string, object, string, string | null][] = [
  ["an event of Realtime", { type: "input_audio_buffer.append", audio: "" }, "invalid_value", "type"],
  ["the alpha's append", { type: "input_audio.append", audio: "" }, "invalid_value", "type"],
  ["the alpha's context", { type: "session.context.append", content: "" }, "invalid_value", "type"],
  ["a second start", { type: "session.start", session: phoneStart }, "invalid_event", "type"],
  ["an append without audio", { type: "session.input_audio.append" }, "missing_required_parameter", "audio"],
  ["audio that is not base64", { type: "session.input_audio.append", audio: "§§§§" }, "invalid_value", "audio"],
  [
    "audio with a stream id",
    { type: "session.input_audio.append", audio: "", streamSid: "MZ1" },
    "unknown_parameter",
    "streamSid",
  ],
  [
    "instructions without a delegation",
    append("instructions", "Be brief."),
    "missing_required_parameter",
    "delegation_id",
  ],
  ["a commentary of 501 tokens", append("commentary", tokens(501), null), "invalid_value", "content"],
  ["a thought in parts", append("thinking", [text], null), "invalid_value", "content"],
  ["an unknown delegation", append("commentary", "Done.", "delegation_9"), "invalid_value", "delegation_id"],
  ["a change of the instructions", update({ instructions: "" }), "immutable_field_update", "session.instructions"],
  ["a change of the audio", update({ audio: {} }), "immutable_field_update", "session.audio"],
  [
    "a change of who does the work",
    update({ delegation: { type: "responses" } }),
    "immutable_field_update",
    "session.delegation.type",
  ],
  ["an unknown setting", update({ temperature: 1 }), "unknown_parameter", "session.temperature"],
  ["an item for a backend that is not there", functionOutput("call_1"), "invalid_event", "type"],
  ["a response of a backend that is not there", { type: "response.create" }, "invalid_event", "type"],
  ["decisions", { type: "decision.create" }, "invalid_value", "type"],
  ["an id that is no string", { type: "session.input_audio.mute", event_id: 7 }, "invalid_value", "event_id"],
];

describe("a client of the Live API", () => {
  it.each(refusedStarts)("cannot start with %s: there is no session", async (_, session, code, param) => {
    const client = liveClient();
    client.send({ type: "session.start", session, event_id: "start" });
    const details = { type: "invalid_request_error", code, param, client_event_id: "start" };
    expect(client.all("error").map(({ error }) => error)).toMatchObject([details]);
    client.send({ type: "session.start", session: phoneStart });
    await client.stayQuiet(100);
    expect(new Set(client.types())).toEqual(new Set(["error"]));
  });

  it.each(refused)("is told of %s, and the session goes on", async (_, event, code, param) => {
    const client = liveClient();
    client.start();
    client.send({ event_id: "mine", ...event });
    const own = "event_id" in event ? {} : { client_event_id: "mine" };
    expect(client.all("error").map(({ error }) => error)).toMatchObject([{ code, param, ...own }]);
    client.events.length = 0;
    await client.stayQuiet(100);
    expect(new Set(client.types())).toEqual(new Set(["session.output_audio.delta"]));
  });

  it("must begin with session.start, and wait for session.started", async () => {
    const early = liveClient();
    early.append(new Uint8Array(160));
    early.send({ type: "session.start", session: phoneStart });
    expect(early.all("error").map(({ error }) => error.code)).toEqual(["invalid_event", "invalid_event"]);
    expect(early.all("session.started")).toEqual([]);

    const hasty = liveClient({ faults: [{ type: "hold-session-started", forMs: 200 }] });
    hasty.start();
    hasty.append(new Uint8Array(160));
    await hasty.run(400);
    hasty.append(new Uint8Array(160));
    expect(hasty.types()).toEqual(["error", "session.started", "session.output_audio.delta"]);
    expect(hasty.session.appended()).toHaveLength(160);
  });

  it("is told of JSON that is none, of binary frames, and of what is no object", () => {
    const client = liveClient();
    client.start();
    for (const text of ["{", "7", "null", "[]"]) client.session.receive(text);
    client.session.receive(new Uint8Array(160));
    expect(client.all("error").map(({ error }) => error.code)).toEqual(Array(5).fill("invalid_event"));
  });

  it("may leave nearly everything to the server, and gets it told", () => {
    const client = liveClient();
    client.send({ type: "session.start", session: { model: "gpt-live-1", instructions: "  " } });
    expect(client.all("session.started")[0]?.session).toMatchObject({
      instructions: "You are a helpful voice assistant.",
      audio: { format: { type: "audio/pcm", rate: 24_000 }, output: { voice: "marin" } },
      delegation: { type: "client" },
    });
    expect(client.all("session.started")[0]).not.toHaveProperty("client_event_id");
  });

  it("may seed a session with what was said before", () => {
    const client = liveClient();
    const input = [
      { type: "message", ...message("developer", text) },
      message("user", { text: "Are you open?" }),
      message("assistant", { type: "output_text", text: "Yes." }),
    ];
    client.send({ type: "session.start", session: { ...phoneStart, input } });
    expect(client.session.config()?.input).toEqual(input);
  });

  it("may change the backend's settings alone, the others keep", () => {
    const client = liveClient();
    client.start(startWithBackend({ instructions: "Be exact." }));
    client.send({
      ...update({ delegation: { type: "responses", responses: { reasoning: { effort: "low" } } }, triggers: [] }),
      event_id: "change",
    });
    expect(client.all("session.updated")).toMatchObject([
      {
        client_event_id: "change",
        session: { delegation: { responses: { instructions: "Be exact.", reasoning: { effort: "low" } } } },
      },
    ]);
  });

  it("answers all calls of a response before it goes on, each once, and no others", async () => {
    const both = callFunctions({ name: "hours", arguments: {} }, { name: "weather", arguments: {} });
    const client = liveClient({ replies: [both, say("It rains.")] });
    client.start(startWithBackend());
    await client.sayAloud("how is the weather");
    await client.stayQuiet(2_000);
    client.send({ type: "response.create" });
    client.send(functionOutput("call_1_1"));
    client.send(functionOutput("call_1_1"));
    client.send(functionOutput("call_9"));
    client.send({ type: "response.create" });
    expect(client.all("error").map(({ error }) => error.param)).toEqual([
      "type",
      "item.call_id",
      "item.call_id",
      "type",
    ]);
    client.send(functionOutput("call_1_2"));
    client.send({ type: "response.create" });
    await client.stayQuiet(2_000);
    expect(client.all("error")).toHaveLength(4);
    expect(client.sentences().at(-1)).toBe("It rains.");
    client.send(append("commentary", "It rains.", "delegation_1_1"));
    client.send(functionOutput("call_1_2"));
    expect(
      client
        .all("error")
        .map(({ error }) => error.param)
        .slice(4),
    ).toEqual(["delegation_id", "item.call_id"]);
  });
});
