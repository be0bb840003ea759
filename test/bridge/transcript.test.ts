import { describe, expect, test } from "vitest";
import { Transcript } from "../../worker/bridge/transcript.ts";
import { random } from "./random.ts";

const ids = (transcript: Transcript) => transcript.entries().map(({ itemId }) => itemId);
const entry = (transcript: Transcript, itemId: string) => transcript.entries().find((each) => each.itemId === itemId);

/** The agent says some words, a second of audio each. */
function agentSays(transcript: Transcript, itemId: string, text: string, previousItemId?: string): void {
  transcript.itemAdded(itemId, previousItemId, "agent");
  transcript.agentWords(itemId, text);
  transcript.agentAudio(itemId, text.split(" ").length * 1000);
}

describe("the order of the transcript", () => {
  test("the caller's words take their place before the answer, however late they come", () => {
    const transcript = new Transcript();
    transcript.itemAdded("c1", undefined, "caller");
    agentSays(transcript, "a1", "It is noon.", "c1");
    transcript.heardInFull("a1");
    transcript.callerWords("c1", "What time is it?");
    expect(transcript.entries()).toEqual([
      { itemId: "c1", role: "caller", text: "What time is it?", status: "heard" },
      { itemId: "a1", role: "agent", text: "It is noon.", status: "heard" },
    ]);
  });

  test("the caller's words may come before anything else is known of the item", () => {
    const transcript = new Transcript();
    agentSays(transcript, "a1", "Hello.");
    agentSays(transcript, "a2", "Still there?", "a1");
    transcript.callerWords("c1", "Hi.");
    expect(ids(transcript)).toEqual(["a1", "a2", "c1"]);
    transcript.itemAdded("c1", "a1", "caller");
    expect(ids(transcript)).toEqual(["a1", "c1", "a2"]);
    expect(entry(transcript, "c1")).toMatchObject({ role: "caller", text: "Hi.", status: "heard" });
  });

  test("items without a known predecessor stand in the order of their arrival", () => {
    const transcript = new Transcript();
    for (const itemId of ["x", "y", "z"])
      agentSays(transcript, itemId, "Words.", itemId === "y" ? "never-seen" : undefined);
    expect(ids(transcript)).toEqual(["x", "y", "z"]);
  });

  test("an item moves behind its predecessor when that comes at last, and takes along what stands behind itself", () => {
    const transcript = new Transcript();
    agentSays(transcript, "a1", "One.");
    agentSays(transcript, "a3", "Three.", "c2");
    agentSays(transcript, "a4", "Four.", "a3");
    agentSays(transcript, "x", "Elsewhere.");
    transcript.callerSpoke("c2");
    transcript.itemAdded("c2", "x", "caller");
    expect(ids(transcript)).toEqual(["a1", "x", "c2", "a3", "a4"]);
  });

  test("a predecessor told later moves the item; one told earlier is not forgotten", () => {
    const transcript = new Transcript();
    for (const itemId of ["a", "b", "c"]) agentSays(transcript, itemId, "Words.");
    transcript.itemAdded("c", "a", "agent");
    transcript.itemAdded("c", undefined, "agent");
    expect(ids(transcript)).toEqual(["a", "c", "b"]);
  });

  test("an item put behind one that already has a successor stands between the two", () => {
    const transcript = new Transcript();
    agentSays(transcript, "a", "One.");
    agentSays(transcript, "c", "Three.", "a");
    agentSays(transcript, "b", "Two.", "a");
    expect(ids(transcript)).toEqual(["a", "b", "c"]);
  });

  test("an item that says nothing keeps the others in place and is not shown", () => {
    const transcript = new Transcript();
    agentSays(transcript, "a", "One moment.");
    transcript.itemAdded("tool", "a", "agent");
    agentSays(transcript, "elsewhere", "Hm.");
    agentSays(transcript, "b", "Done.", "tool");
    expect(ids(transcript)).toEqual(["a", "b", "elsewhere"]);
  });

  test("items that claim to stand behind each other, or behind themselves, are all there, once", () => {
    const transcript = new Transcript();
    agentSays(transcript, "a", "One.", "b");
    agentSays(transcript, "b", "Two.", "a");
    agentSays(transcript, "c", "Three.", "c");
    expect(ids(transcript).toSorted()).toEqual(["a", "b", "c"]);
  });

  test("whatever is told in whatever order, every item is there once and behind its predecessor", () => {
    for (let seed = 1; seed <= 200; seed += 1) {
      const source = random(seed);
      const chain = Array.from({ length: 12 }, (_, index) => ({ itemId: `i${index}`, previous: `i${index - 1}` }));
      const transcript = new Transcript();
      const arrivals = chain.map((item) => ({ item, at: source.next() })).toSorted((a, b) => a.at - b.at);
      for (const { item } of arrivals) agentSays(transcript, item.itemId, "Words.", item.previous);
      expect(ids(transcript), `seed ${seed}`).toEqual(chain.map(({ itemId }) => itemId));
    }
  });

  test("a note stands where the talk was when it was made, before what is said next", () => {
    const transcript = new Transcript();
    agentSays(transcript, "a", "Your number, please.");
    transcript.note("4 keys pressed");
    transcript.note("looked up the order");
    agentSays(transcript, "b", "Thank you.", "a");
    transcript.note("hung up");
    expect(transcript.entries().map(({ role, text }) => `${role}: ${text}`)).toEqual([
      "agent: Your number, please.",
      "note: 4 keys pressed",
      "note: looked up the order",
      "agent: Thank you.",
      "note: hung up",
    ]);
  });

  test("a note before anything was said is the first", () => {
    const transcript = new Transcript();
    transcript.note("the caller is known");
    agentSays(transcript, "a", "Hello.");
    expect(transcript.entries().map(({ role }) => role)).toEqual(["note", "agent"]);
  });
});

describe("the caller's words", () => {
  test("that never come are pending: the place is kept", () => {
    const transcript = new Transcript();
    transcript.callerSpoke("c1");
    transcript.itemAdded("c1", undefined, "caller");
    agentSays(transcript, "a1", "I see.", "c1");
    expect(entry(transcript, "c1")).toEqual({ itemId: "c1", role: "caller", text: "", status: "pending" });
  });

  test("that nobody has spoken, such as a text of ours in their name, are nothing at all", () => {
    const transcript = new Transcript();
    transcript.itemAdded("keys", undefined, "caller");
    expect(transcript.entries()).toEqual([]);
  });

  test("that could not be written down have failed, unless they come after all", () => {
    const transcript = new Transcript();
    transcript.callerFailed("c1");
    expect(entry(transcript, "c1")).toEqual({ itemId: "c1", role: "caller", text: "", status: "failed" });
    transcript.callerWords("c1", "Hello?");
    transcript.callerFailed("c1");
    expect(entry(transcript, "c1")).toMatchObject({ text: "Hello?", status: "heard" });
  });
});

describe("the agent's words", () => {
  test("are pending until they were heard, growing as they come", () => {
    const transcript = new Transcript();
    transcript.itemAdded("a", undefined, "agent");
    for (const delta of ["Good", " mor", "ning."]) transcript.agentWords("a", delta);
    transcript.agentAudio("a", 900);
    expect(entry(transcript, "a")).toEqual({ itemId: "a", role: "agent", text: "Good morning.", status: "pending" });
    transcript.heardInFull("a");
    expect(entry(transcript, "a")).toMatchObject({ text: "Good morning.", status: "heard" });
  });

  test.each([
    [1500, "aaaa bbbb", "cccc dddd", "in the middle of a word's end"],
    [1000, "aaaa", "bbbb cccc dddd", "at a boundary"],
    [1200, "aaaa", "bbbb cccc dddd", "a little behind a boundary"],
    [900, "aaaa", "bbbb cccc dddd", "a little before a boundary"],
    [10, "", "aaaa bbbb cccc dddd", "before the first word was out"],
  ])("cut at %i ms of 4 s are heard as %j, and not as %j: %s", (heardMs, text, unheardText) => {
    const transcript = new Transcript();
    agentSays(transcript, "a", "aaaa bbbb cccc dddd");
    transcript.cut("a", heardMs);
    expect(entry(transcript, "a")).toEqual({ itemId: "a", role: "agent", text, unheardText, status: "cut" });
  });

  test("cut at 0 are all unheard", () => {
    const transcript = new Transcript();
    agentSays(transcript, "a", "Not a word.");
    transcript.cut("a", 0);
    const unheard = { itemId: "a", role: "agent", text: "", unheardText: "Not a word.", status: "unheard" };
    expect(transcript.entries()).toEqual([unheard]);
  });

  test("cut at the very end leave nothing unheard", () => {
    const transcript = new Transcript();
    agentSays(transcript, "a", "All of it.");
    transcript.cut("a", 3000);
    expect(entry(transcript, "a")).toEqual({ itemId: "a", role: "agent", text: "All of it.", status: "cut" });
  });

  test("two items of one response are cut each for itself: the first in its middle, the second at nothing", () => {
    const transcript = new Transcript();
    agentSays(transcript, "a", "one two six ten");
    agentSays(transcript, "b", "and more", "a");
    transcript.cut("a", 2000);
    transcript.cut("b", 0);
    expect(transcript.entries().map(({ text, unheardText, status }) => [text, unheardText, status])).toEqual([
      ["one two", "six ten", "cut"],
      ["", "and more", "unheard"],
    ]);
  });

  test("that are generated after the cut count as unheard", () => {
    const transcript = new Transcript();
    transcript.itemAdded("a", undefined, "agent");
    transcript.agentWords("a", "one two");
    transcript.agentAudio("a", 2000);
    transcript.cut("a", 1000);
    transcript.agentWords("a", " six ten");
    transcript.agentAudio("a", 2000);
    expect(entry(transcript, "a")).toMatchObject({ text: "one", unheardText: "two six ten", status: "cut" });
  });

  test("once cut stay cut, and once heard in full stay heard", () => {
    const transcript = new Transcript();
    agentSays(transcript, "a", "one two");
    agentSays(transcript, "b", "six ten", "a");
    transcript.cut("a", 1000);
    transcript.heardInFull("a");
    transcript.cut("a", 2000);
    transcript.heardInFull("b");
    transcript.cut("b", 0);
    expect(transcript.entries().map(({ text, status }) => [text, status])).toEqual([
      ["one", "cut"],
      ["six ten", "heard"],
    ]);
  });

  test("in a script without spaces are cut between letters", () => {
    const transcript = new Transcript();
    transcript.agentWords("a", "你好，世界。");
    transcript.agentAudio("a", 1000);
    transcript.cut("a", 500);
    expect(entry(transcript, "a")).toMatchObject({ text: "你好，", unheardText: "世界。" });
  });

  test("lose nothing by the cut, wherever it falls", () => {
    const said = "Well -- “that” costs $5.00, and it's (really) worth it!";
    for (let heardMs = 1; heardMs <= 1000; heardMs += 7) {
      const transcript = new Transcript();
      transcript.agentWords("a", said);
      transcript.agentAudio("a", 1000);
      transcript.cut("a", heardMs);
      const { text, unheardText } = entry(transcript, "a") ?? {};
      expect([text, unheardText].filter(Boolean).join(" ")).toBe(said);
    }
  });
});

test("a conversation with an interruption reads as it was heard", () => {
  const transcript = new Transcript();
  agentSays(transcript, "a1", "Hello there.");
  transcript.heardInFull("a1");
  transcript.itemAdded("c1", "a1", "caller");
  agentSays(transcript, "a2", "the weather today is fine and dry", "c1");
  transcript.cut("a2", 3500);
  transcript.itemAdded("c2", "a2", "caller");
  transcript.callerWords("c2", "Stop.");
  agentSays(transcript, "a3", "Sorry.", "c2");
  transcript.heardInFull("a3");
  transcript.callerWords("c1", "How is the weather?");
  expect(
    transcript
      .entries()
      .map(({ role, text, unheardText }) => `${role}: ${text}${unheardText ? ` [${unheardText}]` : ""}`),
  ).toEqual([
    "agent: Hello there.",
    "caller: How is the weather?",
    "agent: the weather today [is fine and dry]",
    "caller: Stop.",
    "agent: Sorry.",
  ]);
});
