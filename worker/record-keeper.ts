import type { CallState } from "./bridge/memory.ts";
import type { Line } from "./bridge/transcript.ts";
import type { JournalEntry } from "./bridge/journal.ts";
import type { Clock, Timer } from "./clock.ts";
import type { Log } from "./log.ts";
import type { Batch, Entry, Setup } from "./record/batch.ts";

/** Writes down what happens in a call, beside it: nothing waits for it, and what it cannot write costs the call nothing. */
export type RecordKeeper = { note(entry: JournalEntry): void };

type Needs = {
  /** Gives a batch to the record; rejects when that cannot be. */
  write: (batch: Batch) => Promise<void>;
  /** What has changed of the call since this was last asked. */
  news: () => { state: CallState | undefined; lines: Line[] };
  setup: Setup;
  clock: Clock;
  log: Log;
};

const flushAfterMs = 1_000;
/** So much may wait for a record that cannot be written: a minute or two of a lively call. */
const mostEntries = 500;
/** A record that has taken nothing for so long will not. */
const writeDeadlineMs = 2_000;
/** How often the end of a call is written, if that fails: nothing outlives its call for long. */
const mostLastTries = 4;

/** What ends a turn, or changes what is to be known of the call: written at once. */
const boundaries: ReadonlySet<JournalEntry["kind"]> = new Set([
  ...(["call.started", "call.ended", "call.released", "call.recalled", "caller.away", "caller.back"] as const),
  ...([
    "caller.speech-started",
    "caller.speech-stopped",
    "playback.heard",
    "turn",
    "response.ended",
    "tool.called",
    "tool.finished",
    "barge-in",
  ] as const),
]);

/**
 * Keeps the record of a conversation: in batches, at turn boundaries and each second otherwise, one at a time, in order.
 * What cannot be written waits, and the oldest is let go when too much does: its number is missing then.
 */
export function keepRecord({ write, news, setup, clock, log }: Needs): RecordKeeper {
  const writer = crypto.randomUUID();
  const lines = new Map<string, Line>();
  let entries: Entry[] = [];
  let lostCount = 0;
  let number = 0;
  let isSettled = false;
  let isWriting = false;
  let isDue = false;
  let lastTriesLeft: number | undefined;
  let hasFailed = false;
  let timer: Timer | undefined;

  function note({ kind, ...fields }: JournalEntry): void {
    entries.push({ atMs: clock.nowMs(), kind, json: JSON.stringify(fields) });
    letGo();
    if (kind === "call.ended" || kind === "call.released") lastTriesLeft = mostLastTries;
    if (boundaries.has(kind)) flush();
    else arm();
  }

  function arm(): void {
    timer ??= clock.after(flushAfterMs, () => {
      timer = undefined;
      flush();
    });
  }

  function flush(): void {
    isDue = true;
    // All effects of an event are carried out first: the news is what they have come to.
    if (!isWriting) void Promise.resolve().then(writeWhileDue);
  }

  async function writeWhileDue(): Promise<void> {
    if (isWriting) return;
    isWriting = true;
    while (isDue) {
      isDue = false;
      await writeOnce();
    }
    isWriting = false;
    if (lastTriesLeft === undefined || (lastTriesLeft > 0 && entries.length > 0)) return arm();
    timer?.cancel();
  }

  async function writeOnce(): Promise<void> {
    const { state, lines: changed } = news();
    const isOver = lastTriesLeft !== undefined;
    for (const line of changed) lines.set(line.itemId, line);
    // A call that has not begun has nothing to go on with.
    if (state === undefined && !isOver) return;
    if (isSettled && entries.length === 0 && lines.size === 0) return;
    if (lastTriesLeft !== undefined) lastTriesLeft -= 1;
    const batch = take(state, isOver);
    try {
      await inTime(write(batch));
      isSettled = true;
    } catch (error) {
      putBack(batch);
      if (!hasFailed) log("record.away", { reason: String(error) });
      hasFailed = true;
    }
  }

  function take(state: CallState | undefined, isOver: boolean): Batch {
    number += 1;
    const gap: Entry = { atMs: entries[0]?.atMs ?? clock.nowMs(), kind: "gap", json: JSON.stringify({ lostCount }) };
    const batch = {
      writer,
      number,
      entries: lostCount === 0 ? entries : [gap, ...entries],
      lines: [...lines.values()],
      state,
      isOver,
    };
    lostCount = 0;
    entries = [];
    lines.clear();
    return { ...batch, setup: isSettled ? undefined : setup };
  }

  function putBack(batch: Batch): void {
    entries = [...batch.entries, ...entries];
    letGo();
    for (const line of batch.lines) if (!lines.has(line.itemId)) lines.set(line.itemId, line);
  }

  function letGo(): void {
    const excess = entries.length - mostEntries;
    if (excess <= 0) return;
    entries.splice(0, excess);
    lostCount += excess;
  }

  function inTime(written: Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      const late = clock.after(writeDeadlineMs, () => reject(new Error(`not written in ${writeDeadlineMs} ms`)));
      written.then(resolve, reject).finally(() => late.cancel());
    });
  }

  return { note };
}
