import { expect, it } from "vitest";
import { silence } from "../../sim/audio/mulaw.ts";
import { callFunctions, type Reply, type Scenario, say } from "../../sim/openai/scenario.ts";
import { hum } from "../../sim/voice/hum.ts";
import { type Random, random } from "../bridge/random.ts";
import { isLoud, liveClient, phoneStart, startWithBackend } from "./live-client.ts";

const reply = (dice: Random): Reply =>
  dice.pick([
    say("We are open on every day."),
    say("Yes.", "And on Sundays, too."),
    callFunctions({ name: "hours", arguments: {} }, { name: "weather", arguments: {} }),
    { items: [] },
    { ...say("This is not allowed."), ending: { status: "failed", afterMs: 300, error: moderation } },
  ]);

const moderation = { type: "invalid_request_error", code: "content", message: "No." };

const scenario = (dice: Random): Scenario => ({
  replies: Array.from({ length: 20 }, () => reply(dice)),
  live: {
    reactions: Array.from({ length: 5 }, () =>
      dice.chance(0.3) ? { type: "talk-on" } : { type: "yield", afterMs: dice.between(0, 600) },
    ),
    deltaMs: dice.pick([20, 10, 50, 130]),
  },
});

/** Anything a client may send, right or wrong. */
const command = (dice: Random): object =>
  dice.pick([
    { type: "session.instructions.append", content: "Greet.", delegation_id: null },
    { type: "session.instructions.append", content: 'Say "Goodbye."', delegation_id: null },
    { type: "session.commentary.append", content: "It rains.", delegation_id: dice.pick([null, "delegation_1_1"]) },
    { type: "session.thinking.append", content: "Hm.", delegation_id: null },
    { type: "session.input_audio.mute" },
    { type: "session.input_audio.unmute" },
    { type: "session.output_audio.fixture.play", audio: Buffer.alloc(9_600).toString("base64") },
    { type: "session.update", session: { triggers: [] } },
    { type: "response.create" },
    { type: "response.item.create", item: { role: "user", content: "The caller pressed 7." } },
    {
      type: "response.item.create",
      item: { type: "function_call_output", call_id: `call_1_${dice.between(1, 6)}`, output: "{}" },
    },
  ]);

const sound = (dice: Random): Uint8Array =>
  dice.chance(0.5) ? hum("hello", "caller") : silence(dice.pick([20, 200, 900, 3_000]));

it("whatever a client sends, as much goes out as comes in, and all that is loud was said", async () => {
  for (let seed = 1; seed <= 60; seed++) {
    const dice = random(seed);
    const client = liveClient(scenario(dice));
    client.start(dice.chance(0.5) ? phoneStart : startWithBackend());
    for (let step = 0; step < 60; step++) {
      if (dice.chance(0.4)) client.send(command(dice));
      else if (dice.chance(0.5)) await client.play(sound(dice));
      else client.append(sound(dice));
    }
    client.send({ type: "session.close" });
    await client.run(200);

    const output = client.output();
    expect(output.length, `seed ${seed}`).toBe(client.session.timelineMs() * 8);
    expect(client.session.timelineMs() * 8).toBe(client.session.appended().length);
    let at = 0;
    for (const { startMs, audio } of client.session.spoken()) {
      expect(startMs * 8, `seed ${seed}`).toBeGreaterThanOrEqual(at);
      expect(
        Buffer.from(output)
          .subarray(startMs * 8, startMs * 8 + audio.length)
          .equals(audio),
      ).toBe(true);
      at = startMs * 8 + audio.length;
      output.fill(0xff, startMs * 8, at);
    }
    if (client.all("session.output_audio.fixture.playing").length === 0) expect(isLoud(output)).toBe(false);
    const words = client.all("session.output_transcript.delta").map(({ delta }) => delta);
    const said = client.sentences().filter((text) => text !== "");
    expect(words.join(""), `seed ${seed}`).toBe(said.join(" "));
    expect(client.all("session.closed")).toHaveLength(1);
    client.session.closed(1000, "");
    expect(client.clock.pendingCount()).toBe(0);
  }
});
