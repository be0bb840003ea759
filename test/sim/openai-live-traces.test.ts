import { describe, expect, it } from "vitest";
import { callFunctions, say } from "../../sim/openai/scenario.ts";
import { silence } from "../../sim/audio/mulaw.ts";
import { isLoud, liveClient, phoneStart, startWithBackend } from "./live-client.ts";

/** A little over five seconds when hummed. */
const longAnswer = "We are open from nine to five on every day of the week but Sunday, when we are closed.";

const instruct = (content: string) => ({ type: "session.instructions.append", content, delegation_id: null });
const comment = (content: string, delegation_id: string | null) => ({
  type: "session.commentary.append",
  content,
  delegation_id,
});

describe("the golden traces of openai.md 11", () => {
  it("L-start: a session starts, and greets when it is told to and the silence before the caller flows", async () => {
    const client = liveClient({ replies: [say("Hello, this is Acme.")] });
    client.send({ type: "session.start", session: phoneStart, event_id: "start-1" });
    expect(client.all("session.started")).toMatchObject([
      {
        client_event_id: "start-1",
        session: {
          id: "live_1",
          status: "active",
          model: "gpt-live-1.1",
          expires_at: 3_600,
          audio: { format: { type: "audio/pcmu", rate: 8_000 }, output: { voice: "marin" } },
          delegation: { type: "client", acknowledgement_delay_ms: 0 },
          input: [],
          store: false,
        },
      },
    ]);
    client.events.length = 0;
    client.send({ ...instruct("Greet the caller now."), event_id: "greet" });
    await client.stayQuiet(2_000);
    expect(outline(client.types())).toEqual([
      "session.instructions.appended",
      "session.output_audio.delta",
      ...Array.from({ length: 4 }, () => ["session.output_transcript.delta", "session.output_audio.delta"]).flat(),
    ]);
    expect(client.all("session.instructions.appended")).toMatchObject([
      { client_event_id: "greet", start_ms: 0, end_ms: 0 },
    ]);
    const words = client.all("session.output_transcript.delta");
    expect(words.map(({ delta }) => delta).join("")).toBe("Hello, this is Acme.");
    expect(words[0]?.start_ms).toBe(180);
    for (const [index, { start_ms, end_ms }] of words.entries()) {
      expect(end_ms - start_ms).toBeLessThanOrEqual(200);
      expect(start_ms).toBeGreaterThanOrEqual(words[index - 1]?.end_ms ?? 0);
    }
  });

  it("L-duplex: the model talks on over a murmur, and goes quiet for a caller who means it", async () => {
    const client = liveClient({
      replies: [say(longAnswer), say("Yes?")],
      transcriptions: [{ type: "completed", text: "mm-hmm", delayMs: 0 }],
      live: { reactions: [{ type: "talk-on" }, { type: "yield", afterMs: 240 }] },
    });
    client.start();
    client.send(instruct("Greet."));
    await client.stayQuiet(1_000);
    const before = client.output().length;
    await client.sayAloud("mm");
    await client.stayQuiet(800);
    expect(client.all("session.input_transcript.delta").map(({ delta }) => delta)).toEqual(["mm-hmm"]);
    for (let at = before; at < client.output().length; at += 1_600)
      expect(isLoud(client.output().subarray(at, at + 1_600))).toBe(true);

    const interruptedAt = client.session.timelineMs();
    await client.sayAloud("wait a moment");
    await client.stayQuiet(200);
    const started = client.session.facts().findLast(({ type }) => type === "caller-started");
    expect(started).toMatchObject({ atMs: interruptedAt });
    const ended = client.session.facts().find(({ type }) => type === "utterance-ended");
    expect(ended).toMatchObject({ why: "yielded", endMs: interruptedAt + 60 - 20 + 240 });
    expect(isLoud(client.output().subarray((interruptedAt + 300) * 8))).toBe(false);
    await client.stayQuiet(1_500);
    expect(client.sentences().at(-1)).toBe("Yes?");
  });

  it("L-duplex: what it had not come to say is not in its transcript, and it answers what it heard", async () => {
    const client = liveClient({ replies: [say(longAnswer), say("Nine.")] });
    client.start();
    client.send(instruct("Greet."));
    await client.stayQuiet(2_000);
    await client.sayAloud("stop");
    await client.stayQuiet(1_500);
    const [first = "", second] = client.sentences();
    expect(longAnswer.startsWith(first)).toBe(true);
    expect(first.length).toBeLessThan(longAnswer.length / 2);
    expect(second).toBe("Nine.");
    const told = client.all("session.output_transcript.delta").map(({ delta }) => delta);
    expect(told.join("")).toBe(`${first} Nine.`);
    expect(client.session.facts()).toContainEqual(
      expect.objectContaining({
        type: "utterance-ended",
        spokenText: first,
        unspokenText: longAnswer.slice(first.length).trimStart(),
      }),
    );
  });

  it("L-drain: three seconds of audio at once make three seconds of speech at once, and then silence at its pace", async () => {
    const client = liveClient({ replies: [say(longAnswer)] });
    client.start();
    client.send(instruct("Greet."));
    await client.stayQuiet(400);
    const atMs = client.clock.nowMs();
    client.append(silence(3_000));
    const burst = client.all("session.output_audio.delta").filter((event) => event.atMs === atMs);
    expect(burst).toHaveLength(150);
    await client.stayQuiet(4_000);
    const [from, ...later] = client.all("session.output_audio.delta").slice(-100);
    for (const [index, { atMs: eachMs }] of later.entries()) expect(eachMs).toBe((from?.atMs ?? 0) + 20 * (index + 1));
  });

  it("L-client-deleg: a delegation comes before the caller's last words, is acknowledged, and answered by its id", async () => {
    const client = liveClient({
      replies: [callFunctions({ name: "order_status", arguments: {} }), say("You are welcome.")],
      transcriptions: [{ type: "completed", text: "Where is my order?", delayMs: 1_500 }],
    });
    client.start();
    await client.sayAloud("where is my order");
    await client.stayQuiet(2_000);
    const delegated = client.all("session.delegation.created")[0];
    expect(delegated).toMatchObject({ delegation: { type: "delegation", target: "client" } });
    expect(Object.keys(delegated?.delegation ?? {})).not.toContain("response_id");
    expect(JSON.stringify(delegated)).not.toContain("order");
    expect(delegated?.offset_ms).toBeLessThan(client.all("session.input_transcript.delta").at(-1)?.atMs ?? 0);
    const words = client.all("session.input_transcript.delta").map(({ delta }) => delta);
    expect(words.join("")).toBe("Where is my order?");
    expect(client.all("session.input_transcript.delta").at(-1)?.end_ms).toBeLessThanOrEqual(17 * 60);
    expect(client.sentences()).toEqual(["One moment, please."]);
    client.send(comment("It left our house this morning.", delegated?.delegation.id ?? ""));
    await client.stayQuiet(3_000);
    expect(client.sentences()).toEqual(["One moment, please.", "It left our house this morning."]);
    expect(client.all("session.commentary.appended")).toHaveLength(1);
    client.send({ type: "session.close" });
    expect(client.session.facts().filter(({ type }) => type === "warning")).toEqual([]);
  });

  it("L-resp-deleg: the backend calls a function, gets its output, and its text is spoken", async () => {
    const client = liveClient({
      replies: [callFunctions({ name: "hours", arguments: { day: "Monday" } }), say("Nine to five on Monday.")],
    });
    client.start(startWithBackend());
    await client.sayAloud("when are you open");
    await client.stayQuiet(2_000);
    const delegated = client.all("session.delegation.created")[0];
    const { id, response_id } = delegated?.delegation ?? {};
    expect(delegated?.delegation.target).toBe("responses");
    expect(client.nested().map((event) => event["type"])).toEqual([
      "response.created",
      "response.output_item.added",
      "response.function_call_arguments.delta",
      "response.function_call_arguments.done",
      "response.output_item.done",
      "response.completed",
    ]);
    expect(new Set(client.all("response.event").map(({ delegation_id }) => delegation_id))).toEqual(new Set([id]));
    expect(client.nested()[0]).toMatchObject({ response: { id: response_id, status: "in_progress", output: [] } });
    expect(client.nested()[3]).not.toHaveProperty("call_id");
    expect(client.nested()[4]).toMatchObject({
      item: { type: "function_call", status: "completed", name: "hours", arguments: '{"day":"Monday"}' },
    });
    expect(client.nested().at(-1)).toMatchObject({
      response: { id: response_id, status: "completed", output: [], usage: { total_tokens: expect.any(Number) } },
    });

    const callId = callIds(client.nested())[0];
    client.send(output(callId));
    client.send({ type: "response.create" });
    await client.stayQuiet(3_000);
    expect(client.all("error")).toEqual([]);
    expect(client.sentences()).toEqual(["One moment, please.", "Nine to five on Monday."]);
    const completed = client.nested().filter((event) => event["type"] === "response.completed");
    expect(new Set(completed.map((event) => JSON.stringify(event["response"])))).toHaveProperty("size", 2);
    expect(client.nested().at(-1)).toMatchObject({ type: "response.completed", response: { output: [] } });
  });

  it("L-close: the tail of the output, the bill once more, the end; and the client hangs up", async () => {
    const client = liveClient({ replies: [say(longAnswer)], live: { closingMs: 200 } });
    client.start();
    client.send(instruct("Greet."));
    await client.stayQuiet(2_000);
    client.events.length = 0;
    client.send({ type: "session.close", event_id: "bye" });
    await client.stayQuiet(1_000);
    expect(outline(client.types().filter((type) => !type.includes("transcript")))).toEqual([
      "session.output_audio.delta",
      "session.usage.updated",
      "session.closed",
    ]);
    expect(isLoud(client.output())).toBe(true);
    expect(client.all("session.closed")).toMatchObject([
      { reason: "close_requested", usage: { seconds: 2.2 }, client_event_id: "bye", session: { status: "active" } },
    ]);
    expect(client.all("session.usage.updated")[0]?.usage).toEqual(client.all("session.closed")[0]?.usage);
    client.session.closed(1000, "");
    expect(client.clock.pendingCount()).toBe(0);
  });

  it("L-close: the socket may be gone before the end is confirmed", async () => {
    const client = liveClient({ faults: [{ type: "drop-on-close" }] });
    client.start();
    await client.stayQuiet(400);
    client.send({ type: "session.close" });
    await client.run(1_000);
    expect(client.closed()).toEqual({ code: 1006, reason: "" });
    expect(client.all("session.closed")).toEqual([]);
    expect(client.clock.pendingCount()).toBe(0);
  });

  it("L-moderation: speech is cut by an error, and the session goes on", async () => {
    const error = { type: "invalid_request_error", code: null, message: "This content is not allowed." };
    const client = liveClient({
      replies: [
        { ...say(longAnswer), ending: { status: "failed", afterMs: 600, error: { ...error, code: "x" } } },
        say("Sorry."),
      ],
    });
    client.start();
    client.send(instruct("Greet."));
    await client.stayQuiet(1_500);
    expect(client.all("error").map(({ error }) => error.code)).toEqual(["x"]);
    expect(client.session.spoken()[0]?.audio).toHaveLength(600 * 8);
    expect(client.session.facts()).toContainEqual(
      expect.objectContaining({ type: "utterance-ended", why: "moderated" }),
    );
    await client.sayAloud("hello");
    await client.stayQuiet(1_500);
    expect(client.sentences().at(-1)).toBe("Sorry.");
    expect(client.closed()).toBeUndefined();
  });

  it("L-moderation: a session may also be ended for its content, and closes itself when its client does not", async () => {
    const client = liveClient({ faults: [{ type: "end-session", atMs: 500, reason: "content" }] });
    client.start();
    await client.stayQuiet(600);
    expect(client.types().slice(-2)).toEqual(["session.usage.updated", "session.closed"]);
    expect(client.all("session.closed")[0]?.reason).toBe("content");
    expect(client.closed()).toBeUndefined();
    await client.run(10_000);
    expect(client.closed()).toEqual({ code: 1000, reason: "" });
  });
});

const callIds = (nested: readonly Record<string, unknown>[]): unknown[] =>
  nested.flatMap((event) =>
    event["type"] === "response.output_item.done" ? [JSON.parse(JSON.stringify(event)).item.call_id] : [],
  );

const output = (callId: unknown) => ({
  type: "response.item.create",
  item: { type: "function_call_output", call_id: callId, output: "{}" },
});

/** How often a delta comes is a matter of pace. */
const outline = (types: string[]): string[] => types.filter((type, index, all) => type !== all[index - 1]);
