import { describe, expect, it } from "vitest";
import { callFunctions } from "../../sim/openai/scenario.ts";
import { realtimeClient } from "./openai-client.ts";

const update = (session: object) => ({ type: "session.update", session: { type: "realtime", ...session } });
const create = (item: object, more: object = {}) => ({ type: "conversation.item.create", item, ...more });
const message = (role: string, ...content: object[]) => ({ type: "message", role, content });

describe("a client that does it right", () => {
  it("gets the whole configuration back, with what it left out as it was", async () => {
    const client = realtimeClient();
    await client.run(20);
    client.send(
      update({
        instructions: "Be brief.",
        audio: { input: { noise_reduction: { type: "near_field" }, turn_detection: { type: "server_vad" } } },
        truncation: { type: "retention_ratio", retention_ratio: 0.8, token_limits: { post_instructions: 8000 } },
        reasoning: { effort: "low" },
      }),
    );
    client.send(update({ audio: { input: { turn_detection: null }, output: { format: { type: "audio/pcmu" } } } }));
    expect(client.all("session.updated").at(-1)?.session).toMatchObject({
      id: "sess_1",
      instructions: "Be brief.",
      audio: {
        input: {
          format: { type: "audio/pcm", rate: 24000 },
          noise_reduction: { type: "near_field", strength: 1 },
          turn_detection: null,
        },
        output: { format: { type: "audio/pcmu" }, voice: "alloy" },
      },
    });
    expect(client.all("session.updated")[0]?.session).toMatchObject({
      audio: { input: { turn_detection: { threshold: 0.5, prefix_padding_ms: 300, create_response: true } } },
    });
    expect(client.all("error")).toEqual([]);
  });

  it("puts items where it wants them, and takes them back", async () => {
    const client = realtimeClient();
    await client.configure();
    for (const [id, place] of [["b"], ["a", "root"], ["c", "b"], ["between", "a"]])
      client.send(create({ id, ...message("system", { type: "input_text", text: id }) }, { previous_item_id: place }));
    client.send({ type: "conversation.item.delete", item_id: "b" });
    expect(client.session.items().map(({ id }) => id)).toEqual(["a", "between", "c"]);
    expect(client.all("conversation.item.added").map((event) => event.previous_item_id)).toEqual([
      null,
      null,
      "b",
      "a",
    ]);
    expect(client.all("conversation.item.deleted")).toHaveLength(1);
  });

  it("can fetch what the caller said, byte for byte", async () => {
    const client = realtimeClient();
    await client.configure();
    await client.sayAloud("hello");
    await client.stayQuiet(600);
    const itemId = client.all("input_audio_buffer.committed")[0]?.item_id;
    client.send({ type: "conversation.item.retrieve", item_id: itemId });
    const item = client.all("conversation.item.retrieved")[0]?.item;
    const audio = item?.type === "message" && item.role === "user" ? item.content[0]?.audio : undefined;
    const spokenMs = client.all("input_audio_buffer.speech_stopped")[0]?.audio_end_ms ?? 0;
    expect(new Uint8Array(Buffer.from(audio ?? "", "base64"))).toEqual(
      client.session.appended().slice(0, spokenMs * 8),
    );
  });

  it("answers a function call by its id", async () => {
    const client = realtimeClient({ replies: [callFunctions({ name: "hours", arguments: {} })] });
    await client.configure();
    client.send({ type: "response.create" });
    await client.run(500);
    const item = client.all("response.output_item.done")[0]?.item;
    const callId = item?.type === "function_call" ? item.call_id : "";
    client.send(create({ type: "function_call_output", call_id: callId, output: "nine to five" }));
    client.send({ type: "response.create" });
    await client.run(5_000);
    expect(client.all("response.output_audio_transcript.done")[0]?.transcript).toBe("The tool answered: nine to five");
  });
});
