import { describe, expect, it } from "vitest";
import { fromDbfs, rms, toDbfs } from "../../sim/audio/level.ts";
import { decodeMulaw, encodeMulaw, silence } from "../../sim/audio/mulaw.ts";
import { resample, toTelephone } from "../../sim/audio/resample.ts";
import { readWav, writeWav } from "../../sim/audio/wav.ts";

const tone = (hertz: number, sampleRate: number, seconds: number, amplitude = 0.5): Float32Array =>
  Float32Array.from(
    { length: sampleRate * seconds },
    (_, index) => amplitude * Math.sin((2 * Math.PI * hertz * index) / sampleRate),
  );

const levelOf = (samples: Float32Array): number =>
  Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);

function chunk(name: string, body: Uint8Array): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32LE(body.length);
  return Buffer.concat([Buffer.from(name), size, body, Buffer.alloc(body.length % 2)]);
}

/** A WAV file by hand: a format chunk, a chunk nobody knows, of odd size, and the data. */
function wavOf(tag: number, bitsPerSample: number, channelCount: number, data: number[], extension: number[] = []) {
  const format = Buffer.alloc(16);
  format.writeUInt16LE(tag, 0);
  format.writeUInt16LE(channelCount, 2);
  format.writeUInt32LE(16_000, 4);
  format.writeUInt16LE((bitsPerSample / 8) * channelCount, 12);
  format.writeUInt16LE(bitsPerSample, 14);
  const chunks = Buffer.concat([
    chunk("fmt ", Buffer.concat([format, Buffer.from(extension)])),
    chunk("LIST", Buffer.from("odd")),
    chunk("data", Buffer.from(data)),
  ]);
  return new Uint8Array(Buffer.concat([Buffer.from("RIFF\0\0\0\0WAVE"), chunks]));
}

describe("WAV files", () => {
  it("come back as they were written, stereo with the shorter channel filled up", () => {
    const left = Int16Array.of(0, 1_000, -32_768, 32_767);
    const { sampleRate, channels } = readWav(writeWav({ sampleRate: 8_000, channels: [left, Int16Array.of(5)] }));
    expect(sampleRate).toBe(8_000);
    expect(channels.map((channel) => [...channel].map((sample) => sample * 0x8000))).toEqual([[...left], [5, 0, 0, 0]]);
  });

  it.each([
    ["8 bits", wavOf(1, 8, 1, [0, 128, 192]), [-1, 0, 0.5]],
    ["16 bits", wavOf(1, 16, 1, [0, 0x80, 0, 0x40]), [-1, 0.5]],
    ["24 bits", wavOf(1, 24, 1, [0, 0, 0x80, 0, 0, 0x40]), [-1, 0.5]],
    ["32 bits", wavOf(1, 32, 1, [0, 0, 0, 0x80, 0, 0, 0, 0x40]), [-1, 0.5]],
    ["float", wavOf(3, 32, 1, [0, 0, 0, 0x3f]), [0.5]],
    ["double", wavOf(3, 64, 1, [0, 0, 0, 0, 0, 0, 0xe0, 0x3f]), [0.5]],
    ["μ-law", wavOf(7, 8, 1, [0xff, 0x00]), [0, -32_124 / 0x8000]],
    ["extensible", wavOf(0xfffe, 16, 1, [0, 0x40], [22, 0, 16, 0, 4, 0, 0, 0, 1, 0]), [0.5]],
  ])("of %s are read", (_, bytes, samples) => {
    const { sampleRate, channels } = readWav(bytes);
    expect(sampleRate).toBe(16_000);
    expect(channels.map((channel) => [...channel])).toEqual([samples]);
  });

  it.each([
    ["no WAV", new Uint8Array(60), "RIFF"],
    ["too short", new Uint8Array(3), "RIFF"],
    ["ADPCM", wavOf(2, 4, 1, [0]), "cannot be read"],
    ["without channels", wavOf(1, 16, 0, [0]), "no sense"],
  ])("that are %s are refused with a reason", (_, bytes, reason) => {
    expect(() => readWav(bytes)).toThrow(reason);
  });
});

describe("resampling", () => {
  it.each([22_050, 44_100, 48_000, 16_000, 24_000, 11_025, 8_000])(
    "from %d Hz keeps a tone's level, length and pitch",
    (rate) => {
      const slow = resample(tone(1_000, rate, 1), rate, 8_000);
      expect(slow.length).toBe(8_000);
      const middle = slow.subarray(1_000, 7_000);
      expect(toDbfs(levelOf(middle))).toBeCloseTo(toDbfs(0.5 / Math.SQRT2), 1);
      const expected = tone(1_000, 8_000, 1).subarray(1_000, 7_000);
      expect(levelOf(middle.map((sample, index) => sample - (expected[index] ?? 0)))).toBeLessThan(0.005);
    },
  );

  it("lets nothing through that the telephone cannot carry", () => {
    const slow = resample(tone(6_000, 24_000, 1), 24_000, 8_000);
    expect(toDbfs(levelOf(slow.subarray(500, 7_500)))).toBeLessThan(-60);
  });

  it("goes up as well as down", () => {
    const fast = resample(tone(1_000, 8_000, 1), 8_000, 24_000);
    expect(fast.length).toBe(24_000);
    expect(toDbfs(levelOf(fast.subarray(1_000, 23_000)))).toBeCloseTo(toDbfs(0.5 / Math.SQRT2), 1);
  });

  it("clips what is too loud instead of folding it over", () => {
    const loud = decodeMulaw(toTelephone(Float32Array.of(3, 3, -3, -3), 8_000));
    expect([...loud]).toEqual([32_124, 32_124, -32_124, -32_124]);
  });
});

describe("levels", () => {
  it("of silence, full scale and a stretch are right", () => {
    expect(rms(silence(20))).toBe(0);
    expect(rms(new Uint8Array(0))).toBe(0);
    expect(
      toDbfs(rms(encodeMulaw(Int16Array.from(tone(400, 8_000, 1, fromDbfs(-15)), (s) => s * 32_767)))),
    ).toBeCloseTo(-18, 0);
    const half = Uint8Array.of(0xff, 0xff, 0x00, 0x00);
    expect(rms(half, 0, 2)).toBe(0);
    expect(rms(half, 2, 4)).toBeCloseTo(0.98, 2);
  });
});
