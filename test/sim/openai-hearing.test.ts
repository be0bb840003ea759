import { describe, expect, it } from "vitest";
import { fromDbfs } from "../../sim/audio/level.ts";
import { decodeMulaw, encodeMulaw, silence } from "../../sim/audio/mulaw.ts";
import { resample } from "../../sim/audio/resample.ts";
import { say } from "../../sim/openai/scenario.ts";
import { hum } from "../../sim/voice/hum.ts";
import { longAnswer, phoneSession, realtimeClient } from "./openai-client.ts";

const withVad = (turnDetection: object | null) => ({
  ...phoneSession,
  audio: { ...phoneSession.audio, input: { ...phoneSession.audio.input, turn_detection: turnDetection } },
});

/** A tone of 400 Hz with a root mean square of `dbfs`. */
const tone = (dbfs: number, durationMs: number): Uint8Array =>
  encodeMulaw(
    Int16Array.from(
      { length: durationMs * 8 },
      (_, index) => fromDbfs(dbfs) * Math.SQRT2 * 32_767 * Math.sin((2 * Math.PI * 400 * index) / 8_000),
    ),
  );

describe("voice activity detection", () => {
  it("counts appended audio, with the prefix before and the silence after", async () => {
    const client = realtimeClient();
    await client.configure(
      withVad({ type: "server_vad", threshold: 0.5, prefix_padding_ms: 200, silence_duration_ms: 500 }),
    );
    await client.run(5_000);
    await client.stayQuiet(1_000);
    await client.play(tone(-18, 600));
    await client.stayQuiet(1_000);
    const [started] = client.all("input_audio_buffer.speech_started");
    const [stopped] = client.all("input_audio_buffer.speech_stopped");
    expect(started?.audio_start_ms).toBe(800);
    expect(stopped?.audio_end_ms).toBe(2_100);
    expect(started?.item_id).toBe(stopped?.item_id);
    expect(client.all("input_audio_buffer.committed")[0]?.item_id).toBe(started?.item_id);
  });

  it("does not end a turn while no audio comes, however long", async () => {
    const client = realtimeClient();
    await client.configure();
    await client.play(tone(-18, 300));
    await client.run(60_000);
    expect(client.all("input_audio_buffer.speech_stopped")).toEqual([]);
    await client.stayQuiet(400);
    expect(client.all("input_audio_buffer.speech_stopped")).toHaveLength(1);
  });

  it("takes a pause shorter than the silence it waits for as part of the turn", async () => {
    const client = realtimeClient();
    await client.configure();
    await client.play(tone(-18, 300));
    await client.stayQuiet(380);
    await client.play(tone(-18, 300));
    await client.stayQuiet(400);
    expect(client.all("input_audio_buffer.speech_stopped")).toHaveLength(1);
  });

  it.each([
    [0.5, -30, true],
    [0.5, -40, false],
    [0.8, -30, false],
    [0.8, -22, true],
  ])("with a threshold of %d hears a tone at %d dBFS: %s", async (threshold, dbfs, isHeard) => {
    const client = realtimeClient();
    await client.configure(withVad({ type: "server_vad", threshold }));
    await client.play(tone(dbfs, 500));
    expect(client.all("input_audio_buffer.speech_started").length === 1).toBe(isHeard);
  });

  it("does not take a click for speech", async () => {
    const client = realtimeClient();
    await client.configure();
    await client.stayQuiet(100);
    await client.play(tone(-10, 30));
    await client.stayQuiet(1_000);
    expect(client.all("input_audio_buffer.speech_started")).toEqual([]);
  });

  it("hears the same whatever the size of the appends", async () => {
    const line = Buffer.concat([silence(320), hum("what time is it", "caller"), silence(600)]);
    const heard = [1, 7, 160, 1_000, line.length].map((sizeBytes) => {
      const client = realtimeClient();
      client.send({ type: "session.update", session: phoneSession });
      for (let at = 0; at < line.length; at += sizeBytes) {
        const audio = line.subarray(at, at + sizeBytes).toString("base64");
        client.send({ type: "input_audio_buffer.append", audio });
      }
      return client.session.facts().filter(({ type }) => type.startsWith("speech"));
    });
    expect(heard[0]).toHaveLength(2);
    for (const facts of heard) expect(facts).toEqual(heard[0]);
  });

  it("may be told not to answer and not to interrupt", async () => {
    const client = realtimeClient({ replies: [say("A long answer that is not to be cut by anybody at all.")] });
    await client.configure(withVad({ type: "server_vad", create_response: false, interrupt_response: false }));
    client.send({ type: "response.create" });
    await client.run(300);
    await client.sayAloud("stop it");
    await client.stayQuiet(3_000);
    expect(client.all("response.done").map(({ response }) => response.status)).toEqual(["completed"]);
    expect(client.all("input_audio_buffer.committed")).toHaveLength(1);
  });

  it("tells of an answer it cannot give because another is not to be interrupted", async () => {
    const client = realtimeClient({ replies: [say("word ".repeat(100))] });
    await client.configure(withVad({ type: "server_vad", interrupt_response: false }));
    client.send({ type: "response.create" });
    await client.run(300);
    await client.sayAloud("hm");
    await client.stayQuiet(600);
    expect(client.all("error").map(({ error }) => error.code)).toEqual(["conversation_already_has_active_response"]);
  });

  it("answers a turn that ends before the response it has cut is done, as soon as it is done", async () => {
    const client = realtimeClient({ replies: [say(longAnswer), say("Yes?")], pace: { lateDeltaCount: 20 } });
    await client.configure();
    client.send({ type: "response.create" });
    await client.run(300);
    await client.sayAloud("stop");
    await client.stayQuiet(400);
    expect(client.all("input_audio_buffer.speech_stopped")).toHaveLength(1);
    expect(client.all("response.created")).toHaveLength(1);
    await client.run(5_000);
    expect(client.all("response.done").map(({ response }) => response.status)).toEqual(["cancelled", "completed"]);
    expect(client.all("error")).toEqual([]);
  });

  it("puts each turn behind what was said before it", async () => {
    const client = realtimeClient({ replies: [say("Yes."), say("No.")] });
    await client.configure();
    for (const text of ["are you open", "and tomorrow"]) {
      await client.sayAloud(text);
      await client.stayQuiet(2_000);
    }
    const answerId = client.session.spoken()[0]?.itemId;
    expect(client.all("input_audio_buffer.committed").map((event) => event.previous_item_id)).toEqual([null, answerId]);
  });

  it("leaves commit, clear and answer to the client when it is off", async () => {
    const client = realtimeClient();
    await client.configure(withVad(null));
    await client.sayAloud("hello");
    client.send({ type: "input_audio_buffer.clear" });
    client.send({ type: "input_audio_buffer.commit" });
    await client.sayAloud("hello again");
    client.send({ type: "input_audio_buffer.commit" });
    await client.stayQuiet(2_000);
    expect(client.types()).toEqual([
      "input_audio_buffer.cleared",
      "error",
      "input_audio_buffer.committed",
      "conversation.item.added",
      "conversation.item.done",
    ]);
  });

  it("prompts a caller who stays silent after the model's words were played", async () => {
    const client = realtimeClient({ replies: [say("Hello?"), say("Are you there?")] });
    await client.configure(withVad({ type: "server_vad", idle_timeout_ms: 5_000 }));
    client.send({ type: "response.create" });
    await client.stayQuiet(12_000);
    const [timeout] = client.all("input_audio_buffer.timeout_triggered");
    const done = client.all("response.done")[0]?.atMs ?? 0;
    expect(timeout?.atMs).toBe(done + "Hello?".length * 60 + 5_000);
    expect((timeout?.audio_end_ms ?? 0) - (timeout?.audio_start_ms ?? 0)).toBe(5_000);
    expect(client.all("response.output_audio_transcript.done")[1]?.transcript).toBe("Are you there?");
  });
});

describe("audio in the wrong format", () => {
  it("is read as PCM, and warned of, when it comes before the session is configured", async () => {
    const client = realtimeClient();
    await client.run(20);
    await client.sayAloud("hello there");
    expect(client.session.facts()).toContainEqual({
      type: "warning",
      message: "Audio was appended before session.updated: it is read as PCM of 16 bits at 24 kHz.",
    });
    expect(client.session.appended().length).toBe(Math.floor((11 * 60 * 8) / 6));
  });

  it("is not warned of afterwards, and every byte arrives", async () => {
    const client = realtimeClient();
    await client.configure();
    await client.sayAloud("hello there");
    expect(client.session.appended()).toEqual(hum("hello there", "caller"));
    expect(client.session.facts().filter(({ type }) => type === "warning")).toEqual([]);
  });

  it("is PCM both ways for a client that asks for nothing else", async () => {
    const client = realtimeClient({ replies: [say("Hello.")] });
    await client.run(20);
    client.send({ type: "session.update", session: { type: "realtime" } });
    const spoken = resample(Float32Array.from(decodeMulaw(hum("good day", "caller"))), 8_000, 24_000);
    const pcm = new Uint8Array(Int16Array.from(spoken).buffer);
    const quiet = new Uint8Array(48 * 400);
    for (const audio of [pcm.subarray(0, 4_001), pcm.subarray(4_001), quiet])
      client.send({ type: "input_audio_buffer.append", audio: Buffer.from(audio).toString("base64") });
    await client.run(2_000);
    expect(client.all("input_audio_buffer.speech_stopped")).toHaveLength(1);
    const sent = Buffer.concat(
      client.all("response.output_audio.delta").map(({ delta }) => Buffer.from(delta, "base64")),
    );
    expect(sent.length).toBe("Hello.".length * 60 * 48);
    const heard = Float32Array.from(decodeMulaw(client.session.appended()));
    const said = decodeMulaw(hum("good day", "caller"));
    const difference = said.map((sample, index) => sample - (heard[index] ?? 0));
    expect(Math.max(...difference.map(Math.abs))).toBeLessThan(2_000);
  });
});
