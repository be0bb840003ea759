import { bytesPerMs, frameBytes, silenceByte } from "../../audio/mulaw.ts";

/** More than this in the buffer is dropped with warning 31931 (twilio.md 1.2). */
const capBytes = 10 * 60 * 1_000 * bytesPerMs;

/** Where a media message stands. Only `heard` was heard to its end; `cleared` and `lost` may have been heard in part. */
type Fate = "queued" | "heard" | "cleared" | "lost" | "over-cap";

/** One media message from the server, and what became of it. Times are in ms of the stream. */
type PlayedMessage = {
  readonly audio: Uint8Array;
  readonly receivedAtMs: number;
  readonly fate: Fate;
  /** How many of its bytes the caller has heard. */
  readonly heardBytes: number;
  /** When its first byte was heard; it goes on without a gap from here. Undefined when nothing was heard. */
  readonly heardFromMs: number | undefined;
};

/** One `clear`. The frame that is in the caller's ear when it comes is still heard, and counted as heard. */
type Clear = { readonly atMs: number; readonly heardMs: number; readonly droppedMs: number };

/** Everything the caller heard of one stream, to the sample. */
export type Heard = {
  readonly messages: readonly PlayedMessage[];
  readonly clears: readonly Clear[];
  /** Bytes heard of all messages. */
  readonly bytes: number;
};

export type Playout = {
  readonly heard: Heard;
  /** Queues audio; false when it does not fit under the cap and was dropped. */
  queue(audio: Uint8Array, atMs: number): boolean;
  mark(name: string): void;
  clear(atMs: number): void;
  /** The next 20 ms for the caller's ear, padded with silence; undefined when nothing is queued. */
  nextFrame(atMs: number): Uint8Array | undefined;
  /** The stream is over: what is queued will never be heard. */
  end(): void;
};

type Message = { -readonly [field in keyof PlayedMessage]: PlayedMessage[field] };
type Entry = Message | { mark: string };

/**
 * The buffer between the server and the caller's ear (twilio.md 1.3, 1.9). Each tick takes 20 ms out of it. A mark is
 * echoed once all audio before it was heard: at the tick that follows its last frame, or at once when nothing is queued
 * or playing. `echo` is called with each mark's name, in order.
 */
export function playout(echo: (markName: string) => void): Playout {
  const messages: Message[] = [];
  const clears: Clear[] = [];
  let entries: Entry[] = [];
  let head = 0;
  let queuedBytes = 0;
  let heardBytes = 0;
  let isPlaying = false;
  /** Marks whose last byte is in the frame that is playing. */
  let reached: string[] = [];

  function echoReached(): void {
    const names = reached;
    reached = [];
    for (const name of names) echo(name);
  }

  /** Puts queued audio into a frame, and the marks behind it among the reached: the head is always audio afterwards. */
  function fill(frame: Uint8Array, atMs: number): void {
    let filled = 0;
    for (let entry = entries[head]; entry !== undefined; entry = entries[head]) {
      if ("mark" in entry) {
        reached.push(entry.mark);
      } else {
        if (filled === frameBytes) return;
        filled += hear(entry, frame, filled, atMs);
        if (entry.fate === "queued") return;
      }
      head++;
    }
  }

  /** Moves as much of a message into the frame as there is room for; the number of bytes. */
  function hear(message: Message, frame: Uint8Array, filled: number, atMs: number): number {
    const size = Math.min(frameBytes - filled, message.audio.length - message.heardBytes);
    frame.set(message.audio.subarray(message.heardBytes, message.heardBytes + size), filled);
    message.heardFromMs ??= atMs + filled / bytesPerMs;
    message.heardBytes += size;
    if (message.heardBytes === message.audio.length) message.fate = "heard";
    heardBytes += size;
    queuedBytes -= size;
    return size;
  }

  function forgetPlayed(): void {
    if (head < entries.length && head < 1_000) return;
    entries = entries.slice(head);
    head = 0;
  }

  /** Takes everything out of the buffer; the marks among it, in order. */
  function drop(fate: "cleared" | "lost"): string[] {
    const pending = reached;
    for (const entry of entries.slice(head))
      if ("mark" in entry) pending.push(entry.mark);
      else entry.fate = fate;
    entries = [];
    head = 0;
    queuedBytes = 0;
    reached = [];
    return pending;
  }

  return {
    heard: {
      messages,
      clears,
      get bytes() {
        return heardBytes;
      },
    },
    queue(audio, atMs) {
      const fits = queuedBytes + audio.length <= capBytes;
      const message: Message = {
        audio,
        receivedAtMs: atMs,
        fate: fits ? "queued" : "over-cap",
        heardBytes: 0,
        heardFromMs: undefined,
      };
      messages.push(message);
      if (!fits) return false;
      entries.push(message);
      queuedBytes += audio.length;
      return true;
    },
    mark(name) {
      if (head < entries.length) entries.push({ mark: name });
      else if (isPlaying) reached.push(name);
      else echo(name);
    },
    clear(atMs) {
      clears.push({ atMs, heardMs: heardBytes / bytesPerMs, droppedMs: queuedBytes / bytesPerMs });
      for (const name of drop("cleared")) echo(name);
    },
    nextFrame(atMs) {
      echoReached();
      isPlaying = queuedBytes > 0;
      if (!isPlaying) return undefined;
      const frame = new Uint8Array(frameBytes).fill(silenceByte);
      fill(frame, atMs);
      forgetPlayed();
      return frame;
    },
    end() {
      drop("lost");
    },
  };
}
