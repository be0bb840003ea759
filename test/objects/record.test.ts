import { abortAllDurableObjects, evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import type { CallRecord } from "../../worker/record.ts";
import type { Batch } from "../../worker/record/batch.ts";
import { migrate } from "../../worker/record/schema.ts";

declare global {
  namespace Cloudflare {
    interface Env {
      RECORD: DurableObjectNamespace<CallRecord>;
    }
  }
}

const batch: Batch = {
  writer: "first object",
  number: 1,
  entries: [{ atMs: 1, kind: "call.started", json: "{}" }],
  lines: [
    {
      itemId: "a",
      role: "caller",
      words: "Hello.",
      spoken: [],
      generatedMs: 0,
      hearing: { name: "heard" },
    },
  ],
  state: {
    startedAtMs: 1,
    absence: undefined,
    isMachineListening: false,
    hasBegun: true,
    loss: "unsaid",
    sessionCount: 1,
    tokens: { textIn: 1, textInCached: 0, audioIn: 0, audioInCached: 0, textOut: 0, audioOut: 0 },
    costUsd: 0.5,
    toldUsd: 0.6,
    modelUsd: 0.5,
  },
  setup: {
    from: "+15551234567",
    to: "+15557654321",
    intent: undefined,
    assistant: "default",
    greeting: undefined,
    parameters: { name: "Ada" },
    functionsUrl: undefined,
  },
  isOver: false,
};

const record = (name: string) => env.RECORD.getByName(name);
const on = <Answer>(name: string, ask: (object: CallRecord) => Answer): Promise<Answer> =>
  runInDurableObject(record(name), (object: CallRecord) => ask(object));
const recall = (name: string) => on(name, (object) => object.recall());

/** What a schema is, but for its rows. */
const schemaOf = (name: string): Promise<unknown[]> =>
  runInDurableObject(record(name), (_, { storage }) =>
    storage.sql.exec("SELECT name, sql FROM sqlite_master WHERE name NOT LIKE '\\_%' ESCAPE '\\'").toArray(),
  );

describe("the record of a call", () => {
  test.each<[string, () => Promise<void>]>([
    ["was put away", () => evictDurableObject(record("was put away"))],
    ["has crashed", () => abortAllDurableObjects()],
  ])("knows everything when its object %s meanwhile", async (name, lose) => {
    await on(name, (object) => object.append(batch));
    expect((await on(name, (object) => object.admit(1))).admitted).toBe(true);
    await lose();
    expect(await recall(name)).toMatchObject({ setup: { parameters: { name: "Ada" } }, state: { loss: "unsaid" } });
    expect((await on(name, (object) => object.admit(1))).admitted).toBe(false);
    await on(name, (object) => object.append(batch));
    expect((await on(name, (object) => object.story())).entries).toEqual(batch.entries);
  });

  test("of one call knows nothing of another", async () => {
    await on("one", (object) => object.append(batch));
    expect(await recall("another")).toBeUndefined();
  });

  test("is told by the phone company alone that a call is over that nobody remembers", async () => {
    await on("over", (object) => object.append(batch));
    await on("over", (object) => object.over());
    await evictDurableObject(record("over"));
    expect(await recall("over")).toBeUndefined();
    const story = await on("over", (object) => object.story());
    expect(story).toMatchObject({ isOver: true, lines: [{ words: "Hello." }], entries: batch.entries });
  });
});

describe("what a record is kept in", () => {
  test("is made once: to bring it to the newest schema again does nothing", async () => {
    await on("again", (object) => object.append(batch));
    const before = await schemaOf("again");
    const versions = await runInDurableObject(record("again"), (_, { storage }) => [
      migrate(storage.sql),
      migrate(storage.sql),
      ...storage.sql.exec("SELECT version FROM migrations").toArray(),
    ]);
    expect(versions.slice(2)).toEqual([{ version: versions[0] }]);
    expect(await schemaOf("again")).toEqual(before);
    expect(await recall("again")).toMatchObject({ setup: { from: "+15551234567" } });
  });

  test("of schema 1, as the first deploy made it, is read by whatever came after", async () => {
    // Written by hand, and never to be changed: a record may be older than the code that reads it.
    const schema1 = [
      "CREATE TABLE migrations (version INTEGER PRIMARY KEY)",
      "CREATE TABLE journal (place INTEGER PRIMARY KEY AUTOINCREMENT, at_ms INTEGER NOT NULL, kind TEXT NOT NULL, fields TEXT NOT NULL)",
      "CREATE TABLE lines (place INTEGER PRIMARY KEY AUTOINCREMENT, item_id TEXT NOT NULL UNIQUE, line TEXT NOT NULL)",
      "CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
      "INSERT INTO migrations (version) VALUES (1)",
    ];
    await runInDurableObject(record("old"), (_, { storage }) => {
      const { sql } = storage;
      for (const table of ["journal", "lines", "facts", "migrations"]) sql.exec(`DROP TABLE ${table}`);
      for (const statement of schema1) sql.exec(statement);
      sql.exec(`INSERT INTO journal (at_ms, kind, fields) VALUES (1, 'call.started', '{}')`);
      sql.exec("INSERT INTO lines (item_id, line) VALUES ('a', ?)", JSON.stringify(batch.lines[0]));
      sql.exec("INSERT INTO facts (name, value) VALUES ('setup', ?)", JSON.stringify(batch.setup));
      sql.exec("INSERT INTO facts (name, value) VALUES ('state', ?)", JSON.stringify(batch.state));
      sql.exec("INSERT INTO facts (name, value) VALUES ('generation', '3')");
    });
    await evictDurableObject(record("old"));
    expect(await recall("old")).toMatchObject({ state: { costUsd: 0.5 }, lines: batch.lines });
    expect((await on("old", (object) => object.admit(3))).admitted).toBe(false);
    await on("old", (object) => object.append({ ...batch, entries: [{ atMs: 2, kind: "turn", json: "{}" }] }));
    const { entries } = await on("old", (object) => object.story());
    expect(entries.map(({ kind }) => kind)).toEqual(["call.started", "turn"]);
  });
});
