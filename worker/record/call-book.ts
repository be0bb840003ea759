import type { CallState } from "../bridge/memory.ts";
import type { Line } from "../bridge/transcript.ts";
import type { Sql } from "../switchboard/sql.ts";
import type { Batch, Entry, Recalled, RecordAdmission, Setup } from "./batch.ts";

/** What is known of a call by name. `generation`: the newest token that was spent. */
type Facts = {
  setup: Setup;
  state: CallState;
  generation: number;
  isOver: boolean;
  written: Pick<Batch, "writer" | "number">;
};

/** All that is kept of a call. */
export type Story = { entries: Entry[]; lines: Line[]; isOver: boolean };

/** The book of one call. Everything is synchronous; the platform makes what one call writes durable at once. */
export function callBook(sql: Sql) {
  function fact<Name extends keyof Facts>(name: Name): Facts[Name] | undefined {
    const row = sql.exec<{ value: string }>("SELECT value FROM facts WHERE name = ?", name).toArray()[0];
    return row && JSON.parse(row.value);
  }

  function keep<Name extends keyof Facts>(name: Name, value: Facts[Name] | undefined): void {
    if (value !== undefined)
      sql.exec("INSERT OR REPLACE INTO facts (name, value) VALUES (?, ?)", name, JSON.stringify(value));
  }

  /** Writes what has happened. The same batch twice is once; a line stands as it was written last. */
  function append({ writer, number, entries, lines, state, setup, isOver }: Batch): void {
    const written = fact("written");
    if (written?.writer === writer && number <= written.number) return;
    keep("written", { writer, number });
    for (const { atMs, kind, json } of entries)
      sql.exec("INSERT INTO journal (at_ms, kind, fields) VALUES (?, ?, ?)", atMs, kind, json);
    for (const line of lines)
      sql.exec(
        `INSERT INTO lines (item_id, line) VALUES (?, ?)
         ON CONFLICT (item_id) DO UPDATE SET line = excluded.line`,
        line.itemId,
        JSON.stringify(line),
      );
    keep("setup", setup);
    keep("state", state);
    keep("isOver", isOver);
    if (isOver) forget();
  }

  /** A stream wants to carry the call: its token is spent by being admitted, once in all time. */
  function admit(generation: number): RecordAdmission {
    if (generation <= (fact("generation") ?? 0)) return { admitted: false, recalled: undefined };
    keep("generation", generation);
    return { admitted: true, recalled: recall() };
  }

  /** What is known of a call that is not over. */
  function recall(): Recalled | undefined {
    const [setup, state] = [fact("setup"), fact("state")];
    if (setup === undefined || state === undefined || fact("isOver")) return undefined;
    return { setup, state, lines: allLines() };
  }

  function over(): void {
    keep("isOver", true);
    forget();
  }

  /** All that was kept, in order. */
  function story(): Story {
    const entries = sql
      .exec<{ at_ms: number; kind: string; fields: string }>("SELECT at_ms, kind, fields FROM journal ORDER BY place")
      .toArray()
      .map(({ at_ms: atMs, kind, fields: json }): Entry => ({ atMs, kind, json }));
    return { entries, lines: allLines(), isOver: fact("isOver") ?? false };
  }

  /** What was needed only to go on: who called, what tools said, which keys were told. */
  function forget(): void {
    sql.exec("DELETE FROM facts WHERE name IN ('setup', 'state')");
    for (const { tool: _, told: __, ...line } of allLines())
      sql.exec("UPDATE lines SET line = ? WHERE item_id = ?", JSON.stringify(line), line.itemId);
  }

  const allLines = (): Line[] =>
    sql
      .exec<{ line: string }>("SELECT line FROM lines ORDER BY place")
      .toArray()
      .map(({ line }) => JSON.parse(line));

  return { append, admit, recall, over, story };
}
