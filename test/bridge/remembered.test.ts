import { describe, expect, test } from "vitest";
import { type Remembered, recollect } from "../../worker/bridge/remembered.ts";
import type { Line } from "../../worker/bridge/transcript.ts";

const line = (more: Partial<Line>): Line => ({
  itemId: "a",
  role: "agent",
  words: "Good morning, what can I do?",
  spoken: [],
  generatedMs: 2_000,
  hearing: { name: "heard" },
  ...more,
});

const tool = { toolCallId: "t1", name: "find", arguments: "{}" };
const words = (by: "caller" | "agent", text: string): Remembered => ({ what: "words", by, text, itemId: "a" });

describe("a session is told", () => {
  test.each<[string, Partial<Line>, Remembered[]]>([
    ["what the agent said", {}, [words("agent", "Good morning, what can I do?")]],
    ["no more of it than was heard", { hearing: { name: "cut", heardMs: 1_000 } }, [words("agent", "Good morning,")]],
    ["nothing of what was not heard", { hearing: { name: "cut", heardMs: 0 } }, []],
    ["nothing of an item without a word", { words: "", generatedMs: 0 }, []],
    ["what the caller said", { role: "caller", words: " Hello. " }, [words("caller", "Hello.")]],
    ["nothing of what was nobody's speech", { role: "caller", hearing: { name: "forgotten" } }, []],
    [
      "which keys it was told",
      { role: "note", words: "1 key", told: "I pressed 1." },
      [{ what: "words", by: "caller", text: "I pressed 1." }],
    ],
    ["nothing of a note that is for readers", { role: "note", words: "the line was interrupted for 2 s" }, []],
    [
      "a tool with its output",
      { role: "note", tool: { ...tool, output: "42" } },
      [{ what: "tool", tool: { ...tool, output: "42" } }],
    ],
    [
      "that a tool runs, so that it is not called again",
      { role: "note", tool },
      [{ what: "words", by: "nobody", text: expect.stringContaining("do not call it again") }],
    ],
  ])("%s", (_, more, remembered) => {
    expect(recollect([line(more)])).toEqual(remembered);
  });

  test.each(["pending", "failed"] as const)("that the caller spoke, when the words are %s", (name) => {
    const remembered = recollect([line({ role: "caller", words: "", hearing: { name }, isSpoken: true })]);
    expect(remembered).toEqual([{ what: "words", by: "nobody", text: expect.stringContaining("not known") }]);
  });

  test("all of it in order", () => {
    const lines = [
      line({ itemId: "b" }),
      line({ role: "caller", words: "", hearing: { name: "forgotten" } }),
      line({}),
    ];
    expect(recollect(lines).map((item) => item.what === "words" && item.itemId)).toEqual(["b", "a"]);
  });
});
