import { describe, expect, it } from "vitest";
import { frameBytes, silence } from "../../sim/audio/mulaw.ts";
import { say } from "../../sim/openai/scenario.ts";
import { hum } from "../../sim/voice/hum.ts";
import { isLoud, liveClient, phoneStart } from "./live-client.ts";

const greetNow = {
  type: "session.instructions.append",
  content: "Greet the caller now, then listen.",
  delegation_id: null,
};

describe("a Live session's clock is the caller's audio", () => {
  it("says nothing, and acknowledges nothing, while no audio comes", async () => {
    const client = liveClient({ replies: [say("Hello.")] });
    client.start();
    client.send(greetNow);
    await client.run(5_000);
    expect(client.events).toEqual([]);
    expect(client.session.timelineMs()).toBe(0);
    await client.stayQuiet(1_000);
    expect(client.types()[0]).toBe("session.instructions.appended");
    expect(client.sentences()).toEqual(["Hello."]);
  });

  it("sends as much as it gets, silence for silence, and speech at the pace of what comes in", async () => {
    const client = liveClient({ replies: [say("Hello there.")] });
    client.start();
    await client.stayQuiet(600);
    expect(client.output()).toHaveLength(600 * 8);
    expect(isLoud(client.output())).toBe(false);
    client.send(greetNow);
    await client.stayQuiet(400);
    const [utterance] = client.session.spoken();
    expect(utterance?.startMs).toBe(780);
    expect(client.output()).toHaveLength(1_000 * 8);
    expect(utterance?.audio).toEqual(hum("Hello there.", "assistant").subarray(0, 220 * 8));
    expect(client.output().subarray(780 * 8)).toEqual(utterance?.audio);
  });

  it("runs ahead when audio comes in a burst, and its speech bursts with it", async () => {
    const client = liveClient({ replies: [say("Hello there.")] });
    client.start();
    await client.run(20);
    client.send(greetNow);
    client.append(silence(3_000));
    expect(client.session.timelineMs()).toBe(3_000);
    expect(client.output()).toHaveLength(3_000 * 8);
    expect(client.sentences()).toEqual(["Hello there."]);
    expect(client.clock.nowMs()).toBe(20);
  });

  it("is not quite silent at first: a tick of 0.4 s that no gate may take for speech", async () => {
    const client = liveClient();
    client.start();
    await client.stayQuiet(600);
    const output = client.output();
    expect(new Set(output.subarray(0, 400 * 8))).toEqual(new Set([0xfe, 0x7e]));
    expect(new Set(output.subarray(400 * 8))).toEqual(new Set([0xff]));
  });

  it("cuts its output into deltas that need not be frames of a telephone, and they bear no id and no time", async () => {
    const client = liveClient({ live: { deltaMs: 50 } });
    client.start();
    await client.stayQuiet(220);
    const deltas = client.raw.filter((text) => text.includes("output_audio.delta")).map((text) => JSON.parse(text));
    expect(deltas.map((each) => Object.keys(each).join())).toEqual(Array(4).fill("type,delta"));
    expect(deltas.map(({ delta }) => Buffer.from(delta, "base64").length)).toEqual(Array(4).fill(400));
    client.send({ type: "session.close" });
    await client.run(200);
    expect(client.output()).toHaveLength(220 * 8);
  });

  it("hears silence while it is muted, but its time goes on; unmuted, it hears the caller again", async () => {
    const client = liveClient({ replies: [say("Yes.")] });
    client.start();
    client.send({ type: "session.input_audio.mute", event_id: "m1" });
    await client.sayAloud("can you hear me");
    await client.stayQuiet(1_000);
    expect(client.all("session.input_audio.muted")).toMatchObject([{ client_event_id: "m1" }]);
    expect(client.session.spoken()).toEqual([]);
    expect(client.session.timelineMs()).toBe(1_900);
    client.send({ type: "session.input_audio.unmute" });
    await client.sayAloud("and now");
    await client.stayQuiet(1_500);
    expect(client.all("session.input_audio.unmuted")).toHaveLength(1);
    expect(client.sentences()).toEqual(["Yes."]);
  });

  it("keeps what was appended, whole, also where frames are cut across messages", async () => {
    const client = liveClient();
    client.start();
    const line = hum("hello", "caller");
    for (let at = 0; at < line.length; at += 100) client.append(line.subarray(at, at + 100));
    expect(client.session.appended()).toEqual(line);
    expect(client.output()).toHaveLength(Math.floor(line.length / frameBytes) * frameBytes);
  });

  it.each([
    [16_000, 2],
    [24_000, 3],
  ])("speaks and hears PCM at %d Hz", async (rate, times) => {
    const client = liveClient({ replies: [say("Yes.")] });
    client.start({ ...phoneStart, audio: { format: { type: "audio/pcm", rate } } });
    const pcm = new Uint8Array(20 * 8 * 2 * times);
    for (let passedMs = 0; passedMs < 200; passedMs += 20) client.append(pcm);
    expect(client.session.timelineMs()).toBe(200);
    expect(client.output()).toHaveLength(10 * pcm.length);
  });
});

/** A hum of PCM at 24 kHz. */
const clip = (durationMs: number) => Buffer.alloc(durationMs * 48, 0x40).toString("base64");

describe("a clip", () => {
  it("is played in the place of speech, while nobody listens and nothing can be appended", async () => {
    const client = liveClient({ replies: [say("We are open every day of the week."), say("You spoke to me?")] });
    client.start();
    client.send(greetNow);
    await client.stayQuiet(1_000);
    client.events.length = 0;
    client.send({ type: "session.output_audio.fixture.play", audio: clip(1_000), event_id: "clip" });
    client.send({ type: "session.output_audio.fixture.play", audio: clip(100) });
    client.send({ type: "session.thinking.append", content: "Hm.", delegation_id: null });
    await client.play(hum("hello, hello, hello", "caller").subarray(0, 1_000 * 8));
    await client.stayQuiet(1_000);
    expect(client.all("session.output_audio.fixture.playing")).toMatchObject([{ client_event_id: "clip" }]);
    expect(client.all("session.output_audio.fixture.played")).toMatchObject([{ client_event_id: "clip" }]);
    expect(client.all("error").map(({ error }) => error.code)).toEqual(["invalid_event", "invalid_event"]);
    expect(client.session.facts()).toContainEqual(expect.objectContaining({ type: "utterance-ended", why: "fixture" }));
    expect(isLoud(client.output().subarray(0, 1_000 * 8))).toBe(true);
    expect(isLoud(client.output().subarray(1_000 * 8))).toBe(false);
    expect(client.all("session.input_transcript.delta")).toEqual([]);
    expect(client.session.spoken()).toHaveLength(1);
  });

  it.each([
    ["longer than 30 seconds", clip(30_020)],
    ["of half a sample", Buffer.alloc(3).toString("base64")],
    ["that is none", ""],
  ])("is refused when it is %s", (_, audio) => {
    const client = liveClient();
    client.start();
    client.send({ type: "session.output_audio.fixture.play", audio });
    expect(client.all("error").map(({ error }) => error.param)).toEqual(["audio"]);
    expect(client.all("session.output_audio.fixture.playing")).toEqual([]);
  });
});
