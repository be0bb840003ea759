import { describe, expect, it } from "vitest";
import { hum } from "../../sim/voice/hum.ts";
import { realtimeClient } from "./openai-client.ts";

const transcripts = (client: ReturnType<typeof realtimeClient>): string[] =>
  client.all("response.output_audio_transcript.done").map(({ transcript }) => transcript);

describe("the persona", () => {
  it("says that it is a stand-in, says what it is told to say, and repeats what it heard on the key 1", async () => {
    const client = realtimeClient();
    await client.configure();
    client.send({ type: "response.create" });
    await client.run(4_000);
    client.send({ type: "response.create", response: { instructions: 'Greet the caller with "Good morning!"' } });
    await client.run(4_000);
    await client.sayAloud("can you hear me");
    await client.stayQuiet(5_000);
    for (const text of ["The caller pressed 1 on the keypad.", "The caller pressed 7.", "Good evening."]) {
      const item = { type: "message", role: "user", content: [{ type: "input_text", text }] };
      client.send({ type: "conversation.item.create", item });
      client.send({ type: "response.create" });
      await client.run(5_000);
    }
    const said = transcripts(client);
    expect(said[0]).toContain("stand-in");
    expect(said.slice(1)).toEqual([
      "Good morning!",
      expect.stringContaining("Press 1"),
      "You said:",
      "(what the caller said)",
      "You pressed 7.",
      "You wrote: Good evening.",
    ]);
    const repeated = client.session.spoken()[4]?.audio ?? new Uint8Array(0);
    const heard = hum("can you hear me", "caller");
    expect(Buffer.from(repeated).indexOf(Buffer.from(heard))).toBeGreaterThanOrEqual(0);
  });
});
