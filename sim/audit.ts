import type { Fact } from "./openai/facts.ts";
import type { Heard } from "./twilio/media-stream/playout.ts";

/** What a model said, item by item, as it was sent. */
export type Spoken = readonly { itemId: string; audio: Uint8Array }[];

/** One interruption: where the model was told that it was cut, and where it really was. */
export type CutError = { itemId: string; audioEndMs: number; heardMs: number };

/**
 * Holds what a phone received and heard against what the model sent: the phone must have received the items' bytes,
 * each item's from its first on, in order, all of it unless the item was cut. Where a call `mayEndEarly`, by a caller
 * who hangs up, its very last audio may have been on its way.
 *
 * @throws Error where it is not so.
 */
export function auditPlayback(
  heard: Heard,
  spoken: Spoken,
  facts: readonly Fact[],
  { mayEndEarly = false } = {},
): CutError[] {
  const truncated = new Map(
    facts.flatMap((fact) => (fact.type === "truncated" ? [[fact.itemId, fact.audioEndMs]] : [])),
  );
  const received = Buffer.concat(heard.messages.map(({ audio }) => audio));
  const heardOf = heardByOffset(heard);
  const errors: CutError[] = [];
  let at = 0;
  for (const [index, { itemId, audio }] of spoken.entries()) {
    const later = spoken.slice(index + 1).map((item) => item.audio);
    const length = deliveredBytes(received.subarray(at), audio, later);
    const audioEndMs = truncated.get(itemId);
    const isOnItsWay = mayEndEarly && at + length === received.length;
    if (audioEndMs === undefined && length < audio.length && !isOnItsWay)
      throw new Error(`${itemId}: ${length} of ${audio.length} bytes reached the phone, and it was not truncated`);
    if (audioEndMs !== undefined) errors.push({ itemId, audioEndMs, heardMs: heardOf(at, at + length) / 8 });
    at += length;
  }
  if (at !== received.length) throw new Error(`${received.length - at} bytes reached the phone that no item holds`);
  return errors;
}

/** How many bytes between two offsets of all that was received were heard. */
function heardByOffset({ messages }: Heard): (from: number, to: number) => number {
  const starts: number[] = [];
  let at = 0;
  for (const { audio } of messages) {
    starts.push(at);
    at += audio.length;
  }
  return (from, to) =>
    messages.reduce((sum, { heardBytes }, index) => {
      const start = starts[index] ?? 0;
      return sum + Math.max(0, Math.min(to, start + heardBytes) - Math.max(from, start));
    }, 0);
}

/**
 * How many bytes of an item were delivered: all, or whole frames of 160 bytes, since only an item's end may be less.
 * The byte behind the last frame may by chance be the next item's first: it is that item's, if it goes on like it.
 */
function deliveredBytes(received: Uint8Array, audio: Uint8Array, later: Uint8Array[]): number {
  const most = Math.min(received.length, audio.length);
  let length = 0;
  while (length < most && received[length] === audio[length]) length += 1;
  const frames = length - (length % 160);
  const goesOn = (at: number): boolean => later.some((next) => beginsLike(received.subarray(at), next));
  return length < audio.length || (goesOn(frames) && !goesOn(length)) ? frames : length;
}

const beginsLike = (received: Uint8Array, audio: Uint8Array): boolean =>
  received.length >= 16 && audio.subarray(0, 16).every((byte, index) => received[index] === byte);
