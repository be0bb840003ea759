import { createHash } from "node:crypto";
import { afterAll, describe, expect, it } from "vitest";
import { frameBytes } from "../../sim/audio/mulaw.ts";
import { rms, toDbfs } from "../../sim/audio/level.ts";
import { clean } from "../../sim/voice/clean.ts";
import { hum } from "../../sim/voice/hum.ts";
import { startVoice } from "../../sim/voice/voice.ts";
import type { VoiceName } from "../../sim/voice/voices.ts";

const names: VoiceName[] = ["caller", "twilio", "assistant", "person", "machine"];
const sentence = "Good morning. I would like to know when you are open tomorrow.";

/** How loud it is while it is not silent. */
function speechLevelDbfs(mulaw: Uint8Array): number {
  const levels = Array.from({ length: Math.floor(mulaw.length / frameBytes) }, (_, frame) =>
    rms(mulaw, frame * frameBytes, (frame + 1) * frameBytes),
  ).filter((level) => toDbfs(level) > -50);
  return toDbfs(Math.sqrt(levels.reduce((sum, level) => sum + level * level, 0) / levels.length));
}

describe("the synthesised voice", () => {
  const voice = startVoice();
  afterAll(() => voice.close());

  it("speaks at the level of speech, without silence around, each voice in its own way", async () => {
    const spoken = await Promise.all(names.map((name) => voice.speak(sentence, name)));
    for (const speech of spoken) {
      expect(speech.length / 8).toBeGreaterThan(2_000);
      expect(Math.abs(speechLevelDbfs(speech) + 18)).toBeLessThan(2);
      expect(toDbfs(rms(speech, 0, 320))).toBeGreaterThan(-55);
      expect(toDbfs(rms(speech, speech.length - 3 * frameBytes))).toBeGreaterThan(-70);
    }
    expect(new Set(spoken.map((speech) => Buffer.from(speech).toString("base64"))).size).toBe(names.length);
  });

  it("says the same text with the same bytes, also in another process", async () => {
    const other = startVoice();
    const [first, again, elsewhere] = await Promise.all([
      voice.speak(sentence, "caller"),
      voice.speak(sentence, "caller"),
      other.speak(sentence, "caller"),
    ]);
    await other.close();
    expect(again).toEqual(first);
    expect(elsewhere).toEqual(first);
  });

  it("has nothing to say for a text without a letter, and takes no text for an option", async () => {
    expect(await voice.speak(" … ", "caller")).toHaveLength(0);
    expect((await voice.speak("--help me", "caller")).length).toBeGreaterThan(0);
  });
});

describe("synthesised sound", () => {
  const rate = 22_050;
  const quiet = new Float32Array(rate);
  const speechLike = (amplitude: number): Float32Array =>
    Float32Array.from({ length: rate }, (_, index) => amplitude * Math.sin((2 * Math.PI * 300 * index) / rate));
  const sound = (amplitude: number) => ({
    sampleRate: rate,
    channels: [Float32Array.from([...quiet, ...speechLike(amplitude), ...quiet])],
  });

  it.each([0.01, 0.2, 1])(
    "of amplitude %d is brought to the level of speech, and the silence around it is cut",
    (amplitude) => {
      const cleaned = clean(sound(amplitude));
      expect(Math.abs(speechLevelDbfs(cleaned) + 18)).toBeLessThan(1);
      expect(Math.abs(cleaned.length / 8 - 1_040)).toBeLessThanOrEqual(40);
    },
  );

  it("without any sound becomes nothing", () => {
    expect(clean({ sampleRate: rate, channels: [quiet] })).toHaveLength(0);
  });
});

describe("humming", () => {
  it("is deterministic, as long as its text, and as loud as speech", () => {
    for (const name of names) {
      const hummed = hum(sentence, name);
      expect(hummed.length / 8).toBe(sentence.length * 60);
      expect(Math.abs(speechLevelDbfs(hummed) + 18)).toBeLessThan(2);
      expect(hum(sentence, name)).toEqual(hummed);
    }
    expect(hum("a", "caller")).not.toEqual(hum("a", "assistant"));
    const digest = createHash("sha256").update(hum("The same in every run.", "caller")).digest("hex");
    expect(digest.slice(0, 16)).toBe("552e77cf3b990601");
  });
});
