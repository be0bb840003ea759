import { describe, expect, test } from "vitest";
import { repeats } from "../../worker/models/repeated.ts";

const message = (eventId: string, rest = {}): string => JSON.stringify({ type: "x", event_id: eventId, ...rest });

describe("a model's message that comes twice", () => {
  test("is known by its id, and another one is not", () => {
    const isRepeated = repeats();
    expect([message("e1"), message("e2"), message("e1"), message("e2")].map(isRepeated)).toEqual([
      false,
      false,
      true,
      true,
    ]);
  });

  test("is not known where it has no id, nor by the id of what it is about", () => {
    const isRepeated = repeats();
    const about = JSON.stringify({ type: "error", pad: "x".repeat(200), error: { event_id: "c1" } });
    expect(["{}", "{}", about, about, new Uint8Array(3), undefined].map(isRepeated)).toEqual(Array(6).fill(false));
  });

  test("is forgotten after a while: nothing is kept for ever", () => {
    const isRepeated = repeats();
    isRepeated(message("first"));
    for (let count = 0; count < 64; count += 1) isRepeated(message(`e${count}`));
    expect(isRepeated(message("first"))).toBe(false);
  });
});
