import { describe, expect, test } from "vitest";
import { settleLines } from "../../worker/bridge/settle-lines.ts";
import { type Line, Transcript } from "../../worker/bridge/transcript.ts";

const line = (more: Partial<Line>): Line => ({
  itemId: "a",
  role: "agent",
  words: "Good morning, what can I do?",
  spoken: [],
  generatedMs: 2_000,
  hearing: { name: "pending" },
  ...more,
});

const tool = { toolCallId: "t1", name: "find", arguments: "{}" };

describe("the lines of a call whose object is gone", () => {
  test.each<[string, Partial<Line>, Line["hearing"]]>([
    ["heard to its end is heard", { hearing: { name: "pending", heardMs: 2_000 } }, { name: "heard" }],
    ["all but heard is heard", { hearing: { name: "pending", heardMs: 1_800 } }, { name: "heard" }],
    ["half heard was cut there", { hearing: { name: "pending", heardMs: 1_000 } }, { name: "cut", heardMs: 1_000 }],
    ["of which nobody knows was not heard", {}, { name: "cut", heardMs: 0 }],
    ["that has only begun was not heard, however short", { generatedMs: 100 }, { name: "cut", heardMs: 0 }],
    ["without audio was not heard", { generatedMs: 0 }, { name: "cut", heardMs: 0 }],
    ["that was cut stays so", { hearing: { name: "cut", heardMs: 300 } }, { name: "cut", heardMs: 300 }],
    ["that was heard stays so", { hearing: { name: "heard" } }, { name: "heard" }],
  ])("what the agent said, and %s", (_, more, hearing) => {
    expect(settleLines([line(more)])).toEqual([line({ ...more, hearing })]);
  });

  test("what the caller said is what is written down of it, or nothing", () => {
    const lines = [line({ role: "caller", words: "" }), line({ role: "caller", hearing: { name: "heard" } })];
    expect(settleLines(lines)).toEqual(lines);
  });

  test("what a tool has come to stands; of one that ran nobody knows, and it is not run again by itself", () => {
    const note = { role: "note", hearing: { name: "heard" } } as const;
    const [done, running] = settleLines([line({ ...note, tool: { ...tool, output: "42" } }), line({ ...note, tool })]);
    expect(done?.tool?.output).toBe("42");
    expect(running?.tool).toEqual({ ...tool, output: expect.stringContaining("not known") });
  });

  test("a sentence that was cut is shown as far as it was heard", () => {
    const settled = settleLines([line({ hearing: { name: "pending", heardMs: 1_000 } })]);
    expect(new Transcript(settled).entries()).toMatchObject([{ text: "Good morning,", status: "cut" }]);
  });
});
