import { describe, expect, it } from "vitest";
import { say, silentReply } from "../../sim/openai/scenario.ts";
import { longAnswer, realtimeClient } from "./openai-client.ts";

describe("a response", () => {
  it("beside the conversation runs in parallel, carries its metadata, and leaves no item", async () => {
    const client = realtimeClient({ replies: [say(longAnswer)], sideReplies: [say("The caller is content.")] });
    await client.configure();
    client.send({ type: "response.create" });
    client.send({
      type: "response.create",
      response: { conversation: "none", output_modalities: ["text"], metadata: { topic: "mood" }, input: [] },
    });
    await client.run(3_000);
    const side = client.all("response.done").find(({ response }) => response.metadata?.["topic"] === "mood");
    expect(side?.response.output).toMatchObject([
      { content: [{ type: "output_text", text: "The caller is content." }] },
    ]);
    expect(side?.response.conversation_id).toBeUndefined();
    expect(client.session.items()).toHaveLength(1);
    expect(client.all("response.done")).toHaveLength(2);
  });

  it("that the client cancels ends at once; when there is none, the cancellation is refused", async () => {
    const client = realtimeClient({ replies: [say(longAnswer)] });
    await client.configure();
    client.send({ type: "response.create" });
    await client.run(400);
    const deltaCount = client.all("response.output_audio.delta").length;
    client.send({ type: "response.cancel" });
    await client.run(1_000);
    expect(client.all("response.output_audio.delta")).toHaveLength(deltaCount);
    expect(client.all("response.done")[0]?.response.status_details?.reason).toBe("client_cancelled");
    client.send({ type: "response.cancel", event_id: "too-late" });
    expect(client.all("error")[0]?.error).toMatchObject({ code: "response_cancel_not_active", event_id: "too-late" });
  });

  it("may fail, hit the token limit, be silent, or have deltas of an odd size", async () => {
    const error = { type: "server_error", code: "server_error", message: "Something went wrong." };
    const client = realtimeClient({
      replies: [
        { ...say(longAnswer), ending: { status: "failed", afterMs: 600, error } },
        say(longAnswer),
        silentReply,
      ],
      pace: { deltaBytes: 1_001 },
    });
    await client.configure();
    client.send({ type: "response.create" });
    await client.run(2_000);
    client.send({ type: "response.create", response: { max_output_tokens: 10 } });
    await client.run(2_000);
    client.send({ type: "response.create" });
    await client.run(2_000);
    const responses = client.all("response.done").map(({ response }) => response);
    expect(responses).toMatchObject([
      { status: "failed", status_details: { error } },
      { status: "incomplete", status_details: { reason: "max_output_tokens" }, max_output_tokens: 10 },
      { status: "completed", output: [] },
    ]);
    expect(client.session.spoken().map(({ audio }) => audio.length / 8)).toEqual([600, 500]);
    expect(Buffer.from(client.all("response.output_audio.delta")[0]?.delta ?? "", "base64")).toHaveLength(1_001);
  });

  it("sends five seconds of speech in a second, and every byte of it once", async () => {
    const client = realtimeClient({ replies: [say(longAnswer)] });
    await client.configure();
    client.send({ type: "response.create" });
    await client.run(5_000);
    const deltas = client.all("response.output_audio.delta");
    const first = deltas[0]?.atMs ?? 0;
    const last = deltas.at(-1)?.atMs ?? 0;
    expect((longAnswer.length * 60) / (last - first)).toBeCloseTo(5, 0);
    const sent = Buffer.concat(deltas.map(({ delta }) => Buffer.from(delta, "base64")));
    expect(new Uint8Array(sent)).toEqual(client.session.spoken()[0]?.audio);
    expect(sent.length).toBe(longAnswer.length * 60 * 8);
  });

  it("counts what was heard, what was said, and what was cached", async () => {
    const client = realtimeClient({ replies: [say("Yes."), say("No.")] });
    await client.configure();
    await client.sayAloud("are you open on monday");
    await client.stayQuiet(2_000);
    await client.sayAloud("and on tuesday");
    await client.stayQuiet(2_000);
    const [first, second] = client.all("response.done").map(({ response }) => response.usage);
    expect(first?.output_token_details?.audio_tokens).toBe(Math.ceil(("Yes.".length * 60) / 50));
    expect(first?.input_token_details?.cached_tokens).toBe(0);
    expect(second?.input_token_details?.cached_tokens_details?.audio_tokens).toBe(
      first?.input_token_details?.audio_tokens,
    );
    expect(second?.input_token_details?.audio_tokens).toBeGreaterThan(first?.input_token_details?.audio_tokens ?? 0);
  });
});
