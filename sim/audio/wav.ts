import { decodeMulaw } from "./mulaw.ts";

/** Sound as it came out of a WAV file: samples from -1 to 1, one array a channel, all of one length. */
export type Sound = { sampleRate: number; channels: Float32Array[] };

type SampleReader = { sizeBytes: number; read(view: DataView, offset: number): number };
type Format = { tag: number; channelCount: number; sampleRate: number; bitsPerSample: number };

const pcmTag = 1;
const floatTag = 3;
const mulawTag = 7;
/** The real tag follows in the chunk's extension. */
const extensibleTag = 0xfffe;

const mulawTable = decodeMulaw(Uint8Array.from({ length: 256 }, (_, byte) => byte));

const sampleReaders: Record<string, SampleReader> = {
  [`${pcmTag}/8`]: { sizeBytes: 1, read: (view, offset) => (view.getUint8(offset) - 128) / 0x80 },
  [`${pcmTag}/16`]: { sizeBytes: 2, read: (view, offset) => view.getInt16(offset, true) / 0x8000 },
  [`${pcmTag}/24`]: { sizeBytes: 3, read: (view, offset) => readInt24(view, offset) / 0x80_0000 },
  [`${pcmTag}/32`]: { sizeBytes: 4, read: (view, offset) => view.getInt32(offset, true) / 0x8000_0000 },
  [`${floatTag}/32`]: { sizeBytes: 4, read: (view, offset) => view.getFloat32(offset, true) },
  [`${floatTag}/64`]: { sizeBytes: 8, read: (view, offset) => view.getFloat64(offset, true) },
  [`${mulawTag}/8`]: { sizeBytes: 1, read: (view, offset) => (mulawTable[view.getUint8(offset)] ?? 0) / 0x8000 },
};

/**
 * Reads a WAV file: PCM of 8, 16, 24 or 32 bits, float of 32 or 64, or μ-law; any rate, any number of channels.
 * Throws an Error that says what is wrong with anything else.
 */
export function readWav(bytes: Uint8Array): Sound {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.byteLength < 12 || fourLetters(view, 0) !== "RIFF" || fourLetters(view, 8) !== "WAVE")
    throw new Error("Not a WAV file: it does not begin with RIFF … WAVE.");
  const chunks = findChunks(view);
  const format = readFormat(view, chunks.get("fmt "));
  const data = chunks.get("data");
  if (data === undefined) throw new Error("Not a WAV file: it has no data chunk.");
  return { sampleRate: format.sampleRate, channels: readChannels(view, data, format) };
}

/** Writes a WAV file of 16 bits; channels of unequal length are filled up with silence. */
export function writeWav({ sampleRate, channels }: { sampleRate: number; channels: Int16Array[] }): Uint8Array {
  const frameCount = Math.max(0, ...channels.map((channel) => channel.length));
  const dataBytes = frameCount * channels.length * 2;
  const bytes = new Uint8Array(44 + dataBytes);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode("RIFF"), 0);
  view.setUint32(4, 36 + dataBytes, true);
  bytes.set(new TextEncoder().encode("WAVEfmt "), 8);
  view.setUint32(16, 16, true);
  view.setUint16(20, pcmTag, true);
  view.setUint16(22, channels.length, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, sampleRate * channels.length * 2, true);
  view.setUint16(32, channels.length * 2, true);
  view.setUint16(34, 16, true);
  bytes.set(new TextEncoder().encode("data"), 36);
  view.setUint32(40, dataBytes, true);
  for (const [index, channel] of channels.entries())
    for (const [frame, sample] of channel.entries())
      view.setInt16(44 + (frame * channels.length + index) * 2, sample, true);
  return bytes;
}

type Chunk = { offset: number; sizeBytes: number };

function findChunks(view: DataView): Map<string, Chunk> {
  const chunks = new Map<string, Chunk>();
  let offset = 12;
  while (offset + 8 <= view.byteLength) {
    const name = fourLetters(view, offset);
    // A writer that streamed does not know the size and leaves 0xFFFFFFFF: such a chunk goes on to the end.
    const sizeBytes = Math.min(view.getUint32(offset + 4, true), view.byteLength - offset - 8);
    if (!chunks.has(name)) chunks.set(name, { offset: offset + 8, sizeBytes });
    offset += 8 + sizeBytes + (sizeBytes % 2);
  }
  return chunks;
}

function readFormat(view: DataView, chunk: Chunk | undefined): Format {
  if (chunk === undefined || chunk.sizeBytes < 16) throw new Error("Not a WAV file: it has no format chunk.");
  const tag = view.getUint16(chunk.offset, true);
  return {
    tag: tag === extensibleTag && chunk.sizeBytes >= 26 ? view.getUint16(chunk.offset + 24, true) : tag,
    channelCount: view.getUint16(chunk.offset + 2, true),
    sampleRate: view.getUint32(chunk.offset + 4, true),
    bitsPerSample: view.getUint16(chunk.offset + 14, true),
  };
}

function readChannels(view: DataView, data: Chunk, format: Format): Float32Array[] {
  const reader = sampleReaders[`${format.tag}/${format.bitsPerSample}`];
  if (reader === undefined)
    throw new Error(
      `A WAV file of format ${format.tag} with ${format.bitsPerSample} bits cannot be read: ` +
        "use PCM of 8, 16, 24 or 32 bits, float, or μ-law.",
    );
  const { channelCount, sampleRate } = format;
  if (channelCount === 0 || sampleRate === 0)
    throw new Error(`A WAV file with ${channelCount} channels at ${sampleRate} Hz makes no sense.`);
  const frameCount = Math.floor(data.sizeBytes / (reader.sizeBytes * channelCount));
  return Array.from({ length: channelCount }, (_, channel) =>
    Float32Array.from({ length: frameCount }, (_, frame) =>
      reader.read(view, data.offset + (frame * channelCount + channel) * reader.sizeBytes),
    ),
  );
}

const fourLetters = (view: DataView, offset: number): string =>
  String.fromCharCode(
    view.getUint8(offset),
    view.getUint8(offset + 1),
    view.getUint8(offset + 2),
    view.getUint8(offset + 3),
  );

const readInt24 = (view: DataView, offset: number): number =>
  view.getUint16(offset, true) | (view.getInt8(offset + 2) << 16);
