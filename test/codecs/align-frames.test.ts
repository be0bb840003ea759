import { describe, expect, test } from "vitest";
import type { BridgeEvent } from "../../worker/bridge/events.ts";
import { frameAligner } from "../../worker/models/align-frames.ts";
import { modelAudio } from "../../worker/models/model-audio.ts";

const numbered = (length: number, from = 0): Buffer => Buffer.from(Array.from({ length }, (_, i) => (from + i) % 251));
const audio = (bytes: Buffer, itemId = "a"): BridgeEvent => modelAudio("r", itemId, bytes.toString("base64"));
const ended = (itemId = "a"): BridgeEvent => ({ type: "model.audio-ended", responseId: "r", itemId });
const bytesOf = (events: BridgeEvent[]) =>
  events.flatMap((event) => (event.type === "model.audio" ? [Buffer.from(event.payload, "base64")] : []));

describe("the phone's grid of 20 ms frames", () => {
  test("whole frames pass untouched, the very same event", () => {
    const align = frameAligner();
    const event = audio(numbered(3200));
    expect(align(event)[0]).toBe(event);
  });

  test.each([[1], [100], [161], [3199], [7]])(
    "deltas of %i bytes: only the last is not whole, and all bytes pass",
    (size) => {
      const align = frameAligner();
      const spoken = numbered(5003);
      const events: BridgeEvent[] = [];
      for (let at = 0; at < spoken.length; at += size) events.push(...align(audio(spoken.subarray(at, at + size))));
      events.push(...align(ended()));
      const parts = bytesOf(events);
      expect(Buffer.concat(parts).equals(spoken)).toBe(true);
      expect(parts.slice(0, -1).every((part) => part.length % 160 === 0)).toBe(true);
      expect(events.at(-1)).toEqual(ended());
    },
  );

  test("an item that ends without saying so is finished before the next begins", () => {
    const align = frameAligner();
    align(audio(numbered(170), "a"));
    const events = align(audio(numbered(160, 99), "b"));
    expect(events.map((event) => (event.type === "model.audio" ? [event.itemId, event.durationMs] : []))).toEqual([
      ["a", 10 / 8],
      ["b", 20],
    ]);
  });
});
