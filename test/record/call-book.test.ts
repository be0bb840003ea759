import { describe, expect, test } from "vitest";
import { noUsage } from "../../worker/bridge/usage.ts";
import type { Line } from "../../worker/bridge/transcript.ts";
import type { Batch } from "../../worker/record/batch.ts";
import { callBook } from "../../worker/record/call-book.ts";
import { migrate } from "../../worker/record/schema.ts";
import { sqlite } from "../switchboard/sqlite.ts";

const setup: Batch["setup"] = {
  from: "+15551234567",
  to: "+15557654321",
  intent: undefined,
  assistant: "default",
  greeting: undefined,
  parameters: { name: "Ada" },
  functionsUrl: undefined,
};

const state: Batch["state"] = {
  startedAtMs: 1,
  absence: undefined,
  isMachineListening: false,
  hasBegun: true,
  loss: "nothing",
  sessionCount: 1,
  tokens: noUsage,
  costUsd: 0.5,
  toldUsd: 0.6,
  modelUsd: 0.5,
};

const said = (itemId: string, words: string, more: Partial<Line> = {}): Line => ({
  itemId,
  role: "caller",
  words,
  spoken: [],
  generatedMs: 0,
  hearing: { name: "heard" },
  ...more,
});

const happened = (kind: string, atMs = 1) => ({ atMs, kind, json: "{}" });

const batch = (number: number, more: Partial<Batch> = {}): Batch => ({
  writer: "first object",
  number,
  entries: [],
  lines: [],
  state,
  setup: number === 1 ? setup : undefined,
  isOver: false,
  ...more,
});

/** A book on new storage; `stored` is all that is in it. */
function book() {
  const sql = sqlite();
  migrate(sql);
  const stored = (): string =>
    JSON.stringify(["journal", "lines", "facts"].map((table) => sql.exec(`SELECT * FROM ${table}`).toArray()));
  return { ...callBook(sql), stored };
}

/** As JSON has it: what is undefined is not there. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe("what a call writes", () => {
  test("is kept in its order, batch after batch", () => {
    const record = book();
    record.append(batch(1, { entries: [happened("call.started"), happened("turn", 20)] }));
    record.append(batch(2, { entries: [happened("barge-in", 10)] }));
    expect(record.story().entries).toEqual([happened("call.started"), happened("turn", 20), happened("barge-in", 10)]);
  });

  test("the same batch twice is once, and one that comes late changes nothing that is newer", () => {
    const record = book();
    const [first, second] = [
      batch(1, { entries: [happened("call.started")], lines: [said("a", "Good")] }),
      batch(2, { entries: [happened("turn")], lines: [said("a", "Good morning.")] }),
    ];
    for (const each of [first, first, second, second, first]) record.append(each);
    expect(record.story()).toEqual({
      entries: [happened("call.started"), happened("turn")],
      lines: [said("a", "Good morning.")],
      isOver: false,
    });
  });

  test("goes on under the next object's name, whose numbers begin anew", () => {
    const record = book();
    record.append(batch(7, { setup, entries: [happened("call.started")] }));
    record.append(batch(1, { writer: "second object", entries: [happened("call.recalled")] }));
    expect(record.story().entries.map(({ kind }) => kind)).toEqual(["call.started", "call.recalled"]);
  });

  test("an item stands where it was first heard of, as it was written last", () => {
    const record = book();
    record.append(batch(1, { lines: [said("b", "…"), said("a", "Yes.")] }));
    record.append(batch(2, { lines: [said("c", "Well."), said("b", "Hello?")] }));
    expect(record.story().lines.map(({ words }) => words)).toEqual(["Hello?", "Yes.", "Well."]);
  });
});

describe("whoever goes on with a call", () => {
  test("is given how it was settled, where it stands, and what was said", () => {
    const record = book();
    record.append(batch(1, { lines: [said("a", "Hello.")] }));
    record.append(batch(2, { state: { ...state, loss: "unsaid" } }));
    expect(plain(record.recall())).toEqual(
      plain({ setup, state: { ...state, loss: "unsaid" }, lines: [said("a", "Hello.")] }),
    );
  });

  test("is given nothing of a call that has not begun, or is over, by its own word or the phone company's", () => {
    const [unbegun, ended, completed] = [book(), book(), book()];
    expect(unbegun.recall()).toBeUndefined();
    ended.append(batch(1));
    ended.append(batch(2, { isOver: true }));
    expect(ended.recall()).toBeUndefined();
    completed.append(batch(1));
    completed.over();
    expect(completed.recall()).toBeUndefined();
    expect(completed.story().isOver).toBe(true);
  });

  test("is given a price that is not known as one that is not known", () => {
    const record = book();
    record.append(batch(1, { state: { ...state, costUsd: undefined } }));
    expect(record.recall()?.state.costUsd).toBeUndefined();
  });
});

describe("a token", () => {
  test("is spent once, and those before it with it", () => {
    const record = book();
    expect(record.admit(2)).toEqual({ admitted: true, recalled: undefined });
    for (const generation of [2, 1, 0]) expect(record.admit(generation).admitted).toBe(false);
    expect(record.admit(3).admitted).toBe(true);
  });

  test("that is good is answered with what is known of the call, and one that is not with nothing", () => {
    const record = book();
    record.append(batch(1));
    expect(plain(record.admit(1).recalled)).toEqual(plain({ setup, state, lines: [] }));
    expect(record.admit(1)).toEqual({ admitted: false, recalled: undefined });
  });

  test("stays spent when the call is over", () => {
    const record = book();
    record.admit(1);
    record.append(batch(1, { isOver: true }));
    expect(record.admit(1).admitted).toBe(false);
    expect(record.admit(2)).toEqual({ admitted: true, recalled: undefined });
  });
});

describe("when a call is over", () => {
  const secrets = ["+15551234567", "Ada", "4711", "balance of 12", "toldUsd"];
  const tool = { toolCallId: "t1", name: "find", arguments: '{"account":4711}', output: "a balance of 12" };
  const lines = [
    said("c", "Hello."),
    said("note:1", "called find", { role: "note", tool }),
    said("note:2", "4 keys pressed", { role: "note", told: "The caller pressed 4711." }),
  ];
  const shown = ["Hello.", "called find", "4 keys pressed"];

  test.each<[string, (record: ReturnType<typeof book>) => void]>([
    ["by its own word", ({ append }) => append(batch(2, { isOver: true, lines: lines.slice(2) }))],
    ["by the phone company's", ({ over }) => over()],
  ])("%s, what was needed only to go on is deleted, and the conversation and the journal stay", (_, end) => {
    const record = book();
    record.append(batch(1, { entries: [happened("turn")], lines }));
    for (const secret of secrets) expect(record.stored()).toContain(secret);
    end(record);
    for (const secret of secrets) expect(record.stored()).not.toContain(secret);
    expect(record.story().entries).toEqual([happened("turn")]);
    expect(record.story().lines.map(({ words }) => words)).toEqual(shown);
  });

  test("a bill that comes late is written, and brings nothing of it back", () => {
    const record = book();
    record.append(batch(1, { lines }));
    record.append(batch(2, { isOver: true }));
    record.append(batch(3, { isOver: true, entries: [happened("model.billed")], lines, setup }));
    for (const secret of secrets) expect(record.stored()).not.toContain(secret);
    expect(record.story().entries).toEqual([happened("model.billed")]);
  });

  test("a new conversation on the same line begins with its own setup, behind what was said before", () => {
    const record = book();
    record.append(batch(1, { lines: [said("a", "Hello.")] }));
    record.append(batch(2, { isOver: true }));
    const another = { ...setup, parameters: { name: "Bob" } };
    record.append(batch(1, { writer: "another", setup: another, lines: [said("b", "Again?")] }));
    expect(record.story().isOver).toBe(false);
    expect(record.recall()?.setup.parameters).toEqual({ name: "Bob" });
    expect(record.recall()?.lines.map(({ words }) => words)).toEqual(["Hello.", "Again?"]);
  });
});
