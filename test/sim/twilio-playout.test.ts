import { describe, expect, test } from "vitest";
import { type Playout, playout } from "../../sim/twilio/media-stream/playout.ts";

/** A playout with its echoes, ticked by hand: the first tick is at 20 ms. */
function played(): { buffer: Playout; echoed: string[]; tick: (count?: number) => void } {
  const echoed: string[] = [];
  const buffer = playout((name) => void echoed.push(name));
  let atMs = 0;
  return {
    buffer,
    echoed,
    tick(count = 1) {
      for (let index = 0; index < count; index++) buffer.nextFrame((atMs += 20));
    },
  };
}

const audio = (durationMs: number): Uint8Array => new Uint8Array(durationMs * 8).fill(0x10);

describe("marks", () => {
  test("a mark with nothing queued is echoed at once", () => {
    const { buffer, echoed } = played();
    buffer.mark("a");
    expect(echoed).toEqual(["a"]);
  });

  test("a mark is echoed at the tick after the frame with the last byte before it", () => {
    const { buffer, echoed, tick } = played();
    buffer.queue(audio(40), 0);
    buffer.mark("a");
    tick(2);
    expect(echoed).toEqual([]);
    tick();
    expect(echoed).toEqual(["a"]);
  });

  test("a mark in the middle of a frame waits until that frame was heard", () => {
    const { buffer, echoed, tick } = played();
    buffer.queue(audio(5), 0);
    buffer.mark("a");
    buffer.queue(audio(35), 0);
    buffer.mark("b");
    tick();
    expect(echoed).toEqual([]);
    tick();
    expect(echoed).toEqual(["a"]);
    tick();
    expect(echoed).toEqual(["a", "b"]);
  });

  test("a mark that comes while the last frame plays waits for its end, also when more audio follows it", () => {
    const { buffer, echoed, tick } = played();
    buffer.queue(audio(20), 0);
    tick();
    buffer.mark("a");
    buffer.queue(audio(20), 0);
    expect(echoed).toEqual([]);
    tick();
    expect(echoed).toEqual(["a"]);
  });

  test("marks behind one another are echoed in order", () => {
    const { buffer, echoed, tick } = played();
    buffer.queue(audio(20), 0);
    for (const name of ["a", "b", "c"]) buffer.mark(name);
    tick(2);
    expect(echoed).toEqual(["a", "b", "c"]);
  });
});

describe("clear", () => {
  test("drops the audio and echoes every pending mark in order, also one whose frame is playing", () => {
    const { buffer, echoed, tick } = played();
    buffer.queue(audio(20), 0);
    buffer.mark("playing");
    buffer.queue(audio(100), 0);
    buffer.mark("a");
    buffer.queue(audio(100), 0);
    buffer.mark("b");
    tick();
    buffer.clear(30);
    expect(echoed).toEqual(["playing", "a", "b"]);
    expect(buffer.nextFrame(40)).toBeUndefined();
  });

  test("knows to the millisecond what was heard: the frame in the ear counts, the rest was cleared", () => {
    const { buffer, tick } = played();
    buffer.queue(audio(30), 3);
    buffer.queue(audio(100), 5);
    buffer.queue(audio(50), 7);
    tick(3);
    buffer.clear(65);
    const { messages, clears, bytes } = buffer.heard;
    expect(bytes).toBe(60 * 8);
    expect(clears).toEqual([{ atMs: 65, heardMs: 60, droppedMs: 120 }]);
    expect(
      messages.map(({ receivedAtMs, heardFromMs, heardBytes, fate }) => ({
        receivedAtMs,
        heardFromMs,
        heardMs: heardBytes / 8,
        fate,
      })),
    ).toEqual([
      { receivedAtMs: 3, heardFromMs: 20, heardMs: 30, fate: "heard" },
      { receivedAtMs: 5, heardFromMs: 50, heardMs: 30, fate: "cleared" },
      { receivedAtMs: 7, heardFromMs: undefined, heardMs: 0, fate: "cleared" },
    ]);
  });

  test("on an empty buffer changes nothing, and a mark after it is echoed at once", () => {
    const { buffer, echoed, tick } = played();
    tick();
    buffer.clear(20);
    buffer.mark("a");
    expect(echoed).toEqual(["a"]);
    expect(buffer.heard.clears).toEqual([{ atMs: 20, heardMs: 0, droppedMs: 0 }]);
  });

  test("audio that comes after it is heard", () => {
    const { buffer, echoed, tick } = played();
    buffer.queue(audio(1_000), 0);
    tick();
    buffer.clear(20);
    buffer.queue(audio(20), 25);
    buffer.mark("new");
    tick(2);
    expect(buffer.heard.messages[1]).toMatchObject({ fate: "heard", heardFromMs: 40 });
    expect(echoed).toEqual(["new"]);
  });
});

describe("frames", () => {
  test("hold the audio in order, byte for byte, and end in silence", () => {
    const { buffer } = played();
    const bytes = Uint8Array.from({ length: 400 }, (_, index) => index % 200);
    buffer.queue(bytes.subarray(0, 7), 0);
    buffer.queue(bytes.subarray(7, 333), 0);
    buffer.queue(bytes.subarray(333), 0);
    const frames = [20, 40, 60].map((atMs) => buffer.nextFrame(atMs) ?? new Uint8Array(0));
    expect(Buffer.concat(frames).subarray(0, 400)).toEqual(Buffer.from(bytes));
    expect(Buffer.concat(frames).subarray(400)).toEqual(Buffer.alloc(80, 0xff));
    expect(buffer.nextFrame(80)).toBeUndefined();
  });

  test("are silent once the stream is over, and what was queued is lost", () => {
    const { buffer, echoed, tick } = played();
    buffer.queue(audio(40), 0);
    buffer.mark("a");
    tick();
    buffer.end();
    tick(3);
    expect(buffer.heard.messages[0]).toMatchObject({ fate: "lost", heardBytes: 160 });
    expect(echoed).toEqual([]);
  });

  test("ten minutes fit into the buffer, and not a byte more", () => {
    const { buffer, tick } = played();
    expect(buffer.queue(audio(600_000), 0)).toBe(true);
    expect(buffer.queue(audio(20), 0)).toBe(false);
    tick();
    expect(buffer.queue(audio(20), 0)).toBe(true);
    expect(buffer.heard.messages.map(({ fate }) => fate)).toEqual(["queued", "over-cap", "queued"]);
  });
});
