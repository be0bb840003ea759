import { describe, expect, it } from "vitest";
import { callFunctions, say, silentReply } from "../../sim/openai/scenario.ts";
import { liveClient, phoneStart, startWithBackend } from "./live-client.ts";

const lookUp = callFunctions({ name: "hours", arguments: {} });
const lookUpBoth = callFunctions({ name: "hours", arguments: {} }, { name: "weather", arguments: {} });
const output = (call_id: string, text = "{}") => ({
  type: "response.item.create",
  item: { type: "function_call_output", call_id, output: text },
});
const goOn = { type: "response.create" };
const append = (kind: string, content: string, delegation_id: string | null = null) => ({
  type: `session.${kind}.append`,
  content,
  delegation_id,
});

describe("work that the model hands over", () => {
  it("is acknowledged after the delay that was asked for, unless something is heard of it", async () => {
    const start = { ...phoneStart, delegation: { type: "client", acknowledgement_delay_ms: 1_000 } };
    const patient = liveClient({ replies: [lookUp] });
    patient.start(start);
    await patient.sayAloud("are you open");
    await patient.stayQuiet(1_600);
    expect(patient.sentences()).toEqual([]);
    await patient.stayQuiet(400);
    expect(patient.sentences()).toHaveLength(1);

    const busy = liveClient({ replies: [lookUp] });
    busy.start(start);
    await busy.sayAloud("are you open");
    await busy.stayQuiet(1_000);
    busy.send(append("thinking", "It is being looked up.", "delegation_1_1"));
    await busy.stayQuiet(2_000);
    expect(busy.sentences()).toEqual([]);
    expect(busy.all("session.thinking.appended")).toHaveLength(1);
  });

  it("is not acknowledged by a model that speaks of it anyway", async () => {
    const client = liveClient({ replies: [{ items: [...say("Let me see.").items, ...lookUp.items] }] });
    client.start();
    await client.sayAloud("are you open");
    await client.stayQuiet(3_000);
    expect(client.sentences()).toEqual(["Let me see."]);
    expect(client.all("session.delegation.created")).toHaveLength(1);
  });

  it("is reported when its client never answers it", async () => {
    const client = liveClient({ replies: [lookUp] });
    client.start();
    await client.sayAloud("are you open");
    await client.stayQuiet(1_000);
    client.send({ type: "session.close" });
    await client.run(200);
    expect(client.session.facts()).toContainEqual({
      type: "warning",
      message: "The delegation delegation_1_1 was never answered by a commentary.",
    });
    expect(client.session.facts()).toContainEqual({
      type: "delegation-created",
      delegationId: "delegation_1_1",
      target: "client",
      wants: "hours",
    });
  });

  it("calls one function after the other when parallel calls are unwanted", async () => {
    const client = liveClient({ replies: [lookUpBoth, say("Done.")] });
    client.start(startWithBackend({ parallel_tool_calls: false }));
    await client.sayAloud("how is the weather");
    await client.stayQuiet(1_500);
    client.send(output("call_1_1"));
    client.send(goOn);
    await client.stayQuiet(1_000);
    client.send(output("call_1_2"));
    client.send(goOn);
    await client.stayQuiet(1_500);
    expect(client.all("error")).toEqual([]);
    expect(client.nested().filter((event) => event["type"] === "response.completed")).toHaveLength(3);
    expect(client.sentences().at(-1)).toBe("Done.");
  });

  it("is not stopped by a caller who interrupts, and a call without an answer holds up what comes after", async () => {
    const client = liveClient({ replies: [lookUp, lookUp, say("Nine."), say("Yes, nine.")] });
    client.start(startWithBackend());
    await client.sayAloud("are you open");
    await client.stayQuiet(1_000);
    await client.sayAloud("hello, are you there");
    await client.stayQuiet(2_000);
    expect(client.all("session.delegation.created")).toHaveLength(2);
    expect(client.nested().filter((event) => event["type"] === "response.created")).toHaveLength(1);
    client.send(output("call_1_1"));
    client.send(goOn);
    await client.stayQuiet(2_000);
    expect(client.sentences().at(-1)).toBe("Nine.");
    client.send(output("call_1_2"));
    client.send(goOn);
    await client.stayQuiet(2_000);
    expect(client.sentences().at(-1)).toBe("Yes, nine.");
    expect(client.all("error")).toEqual([]);
  });

  it("can be begun by the client, with what was typed or dialled, and is spoken", async () => {
    const client = liveClient();
    client.start(startWithBackend());
    client.send(goOn);
    client.send({ type: "response.item.create", item: { role: "user", content: "The caller pressed 7." } });
    client.send(goOn);
    await client.stayQuiet(2_000);
    expect(client.all("error")).toHaveLength(1);
    expect(client.all("response.event")[0]?.delegation_id).toBeNull();
    expect(client.sentences()).toEqual(["You pressed 7."]);
  });

  it("is the persona's when the script is over", async () => {
    const client = liveClient({ replies: [lookUp] });
    client.start(startWithBackend());
    await client.sayAloud("are you open");
    await client.stayQuiet(1_500);
    client.send(output("call_1_1", "nine to five"));
    client.send(goOn);
    await client.stayQuiet(3_000);
    expect(client.sentences().at(-1)).toBe("The tool answered: nine to five");
  });

  it("comes to nothing when the session is closed over it", async () => {
    const client = liveClient({ replies: [lookUp, lookUp], live: { closingMs: 1_000 } });
    client.start(startWithBackend());
    await client.sayAloud("are you open");
    await client.stayQuiet(760);
    expect(client.nested().map((event) => event["type"])).toEqual(["response.created"]);
    client.send({ type: "session.close" });
    await client.stayQuiet(1_000);
    expect(client.nested()).toHaveLength(1);
    expect(client.types().at(-1)).toBe("session.closed");
  });

  it("warns of a scenario that calls what the session does not know", async () => {
    const client = liveClient({ replies: [callFunctions({ name: "fly", arguments: {} })] });
    client.start(startWithBackend());
    await client.sayAloud("are you open");
    await client.stayQuiet(1_500);
    expect(client.session.facts().filter(({ type }) => type === "warning")).toHaveLength(1);
  });
});

describe("what a client appends", () => {
  it("as a commentary is spoken, its quoted sentence if it has one, after what is being said", async () => {
    const client = liveClient();
    client.start();
    client.send(append("commentary", "Your order is on its way."));
    client.send(append("commentary", 'Then tell the caller: "It comes tomorrow."'));
    await client.stayQuiet(4_000);
    expect(client.sentences()).toEqual(["Your order is on its way.", "It comes tomorrow."]);
    expect(client.session.facts().filter(({ type }) => type === "utterance-ended")).toMatchObject([
      { why: "completed" },
      { why: "completed" },
    ]);
  });

  it("as instructions cuts what is being said, and a quoted sentence is said instead", async () => {
    const client = liveClient();
    client.start();
    client.send(append("commentary", "We are open on every day of the week but Sunday."));
    await client.stayQuiet(1_000);
    client.send(append("instructions", "Stop at once. Say “Goodbye.”"));
    await client.stayQuiet(1_500);
    expect(client.sentences().at(-1)).toBe("Goodbye.");
    expect(client.session.facts()).toContainEqual(
      expect.objectContaining({ type: "utterance-ended", why: "instructed" }),
    );
    client.send(append("instructions", "Be brief from now on."));
    client.send(append("thinking", "The caller sounds tired."));
    await client.stayQuiet(1_000);
    expect(client.session.spoken()).toHaveLength(2);
    expect(client.session.facts().filter(({ type }) => type === "appended")).toMatchObject([
      { kind: "commentary" },
      { kind: "instructions" },
      { kind: "instructions", content: "Be brief from now on." },
      { kind: "thinking", content: "The caller sounds tired.", delegationId: null },
    ]);
  });

  it("waits until the caller has finished", async () => {
    const client = liveClient({ replies: [silentReply] });
    client.start();
    await client.sayAloud("I would like");
    client.send(append("commentary", "One moment."));
    await client.sayAloud("to order a pizza");
    expect(client.sentences()).toEqual([]);
    await client.stayQuiet(1_500);
    expect(client.sentences()).toEqual(["One moment."]);
  });
});

describe("a greeting", () => {
  it("is given once, though it is asked for twice, and not where it is unwanted", async () => {
    const client = liveClient({ replies: [say("Hello.")] });
    client.start();
    client.send(append("instructions", "The line was cut: do not greet again."));
    await client.stayQuiet(1_000);
    expect(client.sentences()).toEqual([]);
    client.send(append("instructions", "Greet the caller."));
    client.send(append("instructions", "Greet the caller at once."));
    await client.stayQuiet(2_000);
    expect(client.sentences()).toEqual(["Hello."]);
  });
});

describe("the persona", () => {
  it("introduces itself when it is told to greet, and says what it heard, since it understands no speech", async () => {
    const client = liveClient();
    client.start();
    client.send(append("instructions", "Greet the caller."));
    await client.stayQuiet(7_000);
    await client.sayAloud("what time is it?");
    await client.stayQuiet(5_000);
    expect(client.sentences()).toEqual([
      "Hello. I am a stand-in for the real model. I hear you, but I cannot understand speech.",
      "I heard 1.0 seconds of speech. Press 1, and I repeat what you said.",
    ]);
    const words = client.all("session.input_transcript.delta").map(({ delta }) => delta);
    expect(words.join("")).toBe("(speech, 1.0 s, not understood)");
    const { start_ms, end_ms } = client.all("session.input_transcript.delta").at(-1) ?? { start_ms: 0, end_ms: 0 };
    expect(start_ms).toBeLessThan(end_ms);
    expect(Math.abs(end_ms - 8_020)).toBeLessThanOrEqual(100);
  });

  it("can be made to repeat what it heard, by the key that was pressed", async () => {
    const client = liveClient({ replies: [silentReply] });
    client.start(startWithBackend());
    await client.sayAloud("hello");
    await client.stayQuiet(1_500);
    client.send({ type: "response.item.create", item: { role: "user", content: "The caller pressed 1." } });
    client.send(goOn);
    await client.stayQuiet(2_000);
    expect(client.sentences().at(-1)).toContain("You said:");
  });
});
