import { bytesPerMs } from "./mulaw.ts";

/** μ-law that only ever grows, counted from its first byte. */
export type Recording = {
  readonly sizeBytes: number;
  readonly durationMs: number;
  append(mulaw: Uint8Array): void;
  /** The bytes themselves, not a copy; good until the next append. */
  view(startByte?: number, endByte?: number): Uint8Array;
  /** A copy. */
  cut(startByte: number, endByte: number): Uint8Array;
};

/** An empty recording. */
export function recording(): Recording {
  let bytes = new Uint8Array(16_384);
  let sizeBytes = 0;
  const view = (startByte = 0, endByte = sizeBytes): Uint8Array =>
    bytes.subarray(Math.min(startByte, sizeBytes), Math.min(endByte, sizeBytes));
  return {
    get sizeBytes() {
      return sizeBytes;
    },
    get durationMs() {
      return sizeBytes / bytesPerMs;
    },
    append(mulaw) {
      if (sizeBytes + mulaw.length > bytes.length) {
        const wider = new Uint8Array(2 * (sizeBytes + mulaw.length));
        wider.set(bytes.subarray(0, sizeBytes));
        bytes = wider;
      }
      bytes.set(mulaw, sizeBytes);
      sizeBytes += mulaw.length;
    },
    view,
    cut: (startByte, endByte) => view(startByte, endByte).slice(),
  };
}
