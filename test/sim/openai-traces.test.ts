import { describe, expect, it } from "vitest";
import { callFunctions, say } from "../../sim/openai/scenario.ts";
import { hum } from "../../sim/voice/hum.ts";
import { longAnswer, phoneSession, realtimeClient } from "./openai-client.ts";

/** One item of speech from its first event to its last, all deltas of audio as one, and without those of the words. */
const spokenItem: string[] = [
  "response.output_item.added",
  "conversation.item.added",
  "response.content_part.added",
  "response.output_audio.delta",
  "response.output_audio.done",
  "response.output_audio_transcript.done",
  "response.content_part.done",
  "conversation.item.done",
  "response.output_item.done",
];

const callerTurn = [
  "input_audio_buffer.speech_started",
  "input_audio_buffer.speech_stopped",
  "input_audio_buffer.committed",
  "conversation.item.added",
  "conversation.item.done",
];

describe("the golden traces of openai.md 11", () => {
  it("R-greet: a greeting on request has its events in the documented order", async () => {
    const client = realtimeClient({ replies: [say("Hello there, my friend.")] });
    await client.run(20);
    client.send({ type: "session.update", session: phoneSession });
    client.send({ type: "response.create", response: { instructions: "Greet the caller." } });
    await client.run(2_000);
    expect(outline(client.types())).toEqual([
      "session.created",
      "session.updated",
      "response.created",
      ...spokenItem,
      "response.done",
      "rate_limits.updated",
    ]);
    const firstWords = client.types().indexOf("response.output_audio_transcript.delta");
    expect(client.types()[firstWords - 1]).toBe("response.output_audio.delta");
    const words = client.all("response.output_audio_transcript.delta").map(({ delta }) => delta);
    expect(words).toEqual(["Hello there,", " my", " friend."]);
  });

  it.each([
    ["before", 100],
    ["after", 3_000],
  ])("R-turn: a caller's turn is answered, and transcribed %s the response is done", async (when, delayMs) => {
    const client = realtimeClient({
      replies: [say("Yes.")],
      transcriptions: [{ type: "completed", text: "Are you open?", delayMs }],
    });
    await client.configure(withTranscription);
    await client.sayAloud("are you open");
    await client.stayQuiet(420);
    await client.run(4_000);
    const [doneAt, transcribedAt] = [
      client.all("response.done")[0]?.atMs ?? 0,
      client.all("conversation.item.input_audio_transcription.completed")[0]?.atMs ?? 0,
    ];
    expect(transcribedAt < doneAt).toBe(when === "before");
    expect(outline(client.types().filter((type) => !type.includes("transcription")))).toEqual([
      ...callerTurn,
      "response.created",
      ...spokenItem,
      "response.done",
      "rate_limits.updated",
    ]);
    const transcribed = client.all("conversation.item.input_audio_transcription.completed")[0];
    expect(transcribed).toMatchObject({ transcript: "Are you open?", usage: { type: "duration" } });
    expect(transcribed?.item_id).toBe(client.all("input_audio_buffer.committed")[0]?.item_id);
  });

  it("R-turn: a transcription may never come, or fail", async () => {
    const client = realtimeClient({ transcriptions: [{ type: "never" }, { type: "failed", delayMs: 50 }] });
    await client.configure(withTranscription);
    await client.sayAloud("hello");
    await client.stayQuiet(4_000);
    expect(client.types().some((type) => type.includes("transcription."))).toBe(false);
    await client.sayAloud("hello");
    await client.stayQuiet(1_000);
    expect(client.all("conversation.item.input_audio_transcription.failed")).toHaveLength(1);
    expect(client.all("conversation.item.input_audio_transcription.completed")).toHaveLength(0);
  });

  it("R-barge-generating: the caller cuts a response, two deltas still come, and it is done as cancelled", async () => {
    const client = realtimeClient({ replies: [say(longAnswer)] });
    await client.configure();
    client.send({ type: "response.create" });
    await client.run(500);
    await client.sayAloud("stop");
    await client.stayQuiet(200);
    const started = client.types().indexOf("input_audio_buffer.speech_started");
    const after = client.types().slice(started + 1);
    expect(after.filter((type) => type === "response.output_audio.delta")).toHaveLength(2);
    expect(outline(after)).toEqual([...spokenItem.slice(3), "response.done", "rate_limits.updated"]);
    const { response } = client.all("response.done")[0] ?? {};
    expect(response).toMatchObject({
      status: "cancelled",
      status_details: { type: "cancelled", reason: "turn_detected" },
      output: [{ status: "incomplete" }],
    });
    expect(response?.usage?.output_token_details?.audio_tokens).toBeGreaterThan(0);
  });

  it("R-barge-generating: an answer that is cut before its first sound is given again", async () => {
    const client = realtimeClient({ replies: [say("Nine to five.")] });
    await client.configure();
    client.send({ type: "response.create" });
    await client.run(40);
    await client.sayAloud("and one more thing");
    await client.stayQuiet(1_500);
    expect(client.all("response.done").map(({ response }) => [response.status, response.output?.length])).toEqual([
      ["cancelled", 0],
      ["completed", 1],
    ]);
    expect(client.all("response.output_audio_transcript.done")[0]?.transcript).toBe("Nine to five.");
    const started = client.all("input_audio_buffer.speech_started")[0]?.atMs ?? 0;
    expect(client.all("response.done")[0]?.atMs).toBeLessThanOrEqual(started + 20);
  });

  it("R-barge-after-done: speech after the response is done cancels nothing, and the item can be cut", async () => {
    const client = realtimeClient({ replies: [say(longAnswer)] });
    await client.configure();
    client.send({ type: "response.create" });
    await client.run(3_000);
    expect(client.all("response.done")[0]?.response.status).toBe("completed");
    await client.sayAloud("stop");
    const itemId = client.session.spoken()[0]?.itemId;
    client.send({ type: "conversation.item.truncate", item_id: itemId, content_index: 0, audio_end_ms: 1_500 });
    expect(client.all("conversation.item.truncated")).toMatchObject([{ item_id: itemId, audio_end_ms: 1_500 }]);
    expect(client.all("response.done")).toHaveLength(1);
    expect(client.session.facts()).toContainEqual({
      type: "truncated",
      itemId,
      audioEndMs: 1_500,
      sentMs: longAnswer.length * 60,
      heardText: "We are open from nine to",
      unheardText: "five on every day of the week but Sunday, when we are closed.",
    });
  });

  it("R-barge-generating: an item that is cut stays cut when its last deltas come", async () => {
    const client = realtimeClient({ replies: [say(longAnswer)] });
    await client.configure();
    client.send({ type: "response.create" });
    await client.run(500);
    await client.play(hum("stop", "caller").subarray(0, 60 * 8));
    const itemId = client.session.spoken()[0]?.itemId;
    const cut = { type: "conversation.item.truncate", item_id: itemId, content_index: 0, audio_end_ms: 200 };
    client.send(cut);
    await client.run(1_000);
    expect(client.all("response.done")[0]?.response.status).toBe("cancelled");
    client.send({ ...cut, audio_end_ms: 201 });
    expect(client.all("error")[0]?.error.message).toContain("200ms is already shorter");
    expect(JSON.stringify(client.session.items())).not.toContain("open");
  });

  it("R-two-items: of two items the first can be cut where it was heard, the second at 0", async () => {
    const client = realtimeClient({ replies: [say("One moment, please.", longAnswer)] });
    await client.configure();
    client.send({ type: "response.create" });
    await client.run(3_000);
    const [first, second] = client.session.spoken();
    client.send({ type: "conversation.item.truncate", item_id: first?.itemId, content_index: 0, audio_end_ms: 400 });
    client.send({ type: "conversation.item.truncate", item_id: second?.itemId, content_index: 0, audio_end_ms: 0 });
    expect(client.all("conversation.item.truncated").map((event) => event.audio_end_ms)).toEqual([400, 0]);
    expect(client.session.items()).toMatchObject([{ content: [{ type: "output_audio" }] }, {}]);
    expect(JSON.stringify(client.session.items())).not.toContain("moment");
  });

  it("R-tool: two function calls come in one response, and their outputs lead to one answer", async () => {
    const calls = callFunctions({ name: "hours", arguments: { day: "Monday" } }, { name: "weather", arguments: {} });
    const client = realtimeClient({ replies: [calls, say("Nine to five, and it rains.")] });
    await client.configure({ ...phoneSession, tools: [tool("hours"), tool("weather")] });
    client.send({ type: "response.create" });
    await client.run(1_000);
    const items = client.all("response.output_item.done").map(({ item }) => item);
    expect(items).toMatchObject([
      { type: "function_call", status: "completed", name: "hours", arguments: '{"day":"Monday"}' },
      { type: "function_call", status: "completed", name: "weather" },
    ]);
    for (const item of items)
      if (item.type === "function_call")
        client.send({
          type: "conversation.item.create",
          item: { type: "function_call_output", call_id: item.call_id, output: "{}" },
        });
    client.send({ type: "response.create" });
    await client.run(2_000);
    expect(client.all("error")).toEqual([]);
    expect(client.all("response.output_audio_transcript.done")[0]?.transcript).toBe("Nine to five, and it rains.");
  });

  it("R-race: a second response is refused by name of the event that asked for it, until the first is done", async () => {
    const client = realtimeClient();
    await client.configure();
    client.send({ type: "response.create" });
    client.send({ type: "response.create", event_id: "again" });
    expect(client.all("error")[0]?.error).toMatchObject({
      type: "invalid_request_error",
      code: "conversation_already_has_active_response",
      event_id: "again",
    });
    await client.run(5_000);
    client.send({ type: "response.create" });
    expect(client.all("response.created")).toHaveLength(2);
  });

  it("R-expire: the session ends with 1001 after 60 minutes, or when the scenario says, and leaves no timer", async () => {
    const client = realtimeClient({ faults: [{ type: "expire", atMs: 500 }] });
    await client.configure();
    client.send({ type: "response.create" });
    await client.run(1_000);
    expect(client.closed()).toEqual({ code: 1001, reason: "Your session hit the maximum duration of 60 minutes." });
    expect(client.clock.pendingCount()).toBe(0);

    const patient = realtimeClient();
    patient.clock.advance(60 * 60_000 - 1);
    expect(patient.closed()).toBeUndefined();
    patient.clock.advance(1);
    expect(patient.closed()?.code).toBe(1001);
  });

  it.each([{ faults: [] }, { faults: [{ type: "expire", atMs: 7_000 } as const] }])(
    "R-expire: the session ends when its first event said it would: %o",
    (scenario) => {
      const client = realtimeClient(scenario);
      client.clock.advance(0);
      const session: object = client.all("session.created")[0]?.session ?? {};
      const expiresAt = "expires_at" in session ? Number(session.expires_at) : 0;
      client.clock.advance(expiresAt * 1_000 - 1);
      expect(client.closed()).toBeUndefined();
      client.clock.advance(1);
      expect(client.closed()?.code).toBe(1001);
    },
  );
});

/** The words come beside the audio, and how often a delta comes is a matter of pace. */
const outline = (types: string[]): string[] =>
  types
    .filter((type) => type !== "response.output_audio_transcript.delta")
    .filter((type, index, all) => type !== all[index - 1]);

const withTranscription = {
  ...phoneSession,
  audio: { ...phoneSession.audio, input: { ...phoneSession.audio.input, transcription: { model: "gpt-transcribe" } } },
};

const tool = (name: string) => ({ type: "function", name, parameters: { type: "object", properties: {} } });
