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
  /** Given to the record, and perhaps written: it is given again under the same number, so that it stands there once. */
  let sent: Batch | undefined;
  let entries: Entry[] = [];
  /** So many are missing before the oldest of what waits. */
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
    if (!isWriting) letGo();
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
    const isWaiting = sent !== undefined || entries.length > 0;
    if (lastTriesLeft === undefined || (lastTriesLeft > 0 && isWaiting)) return arm();
    timer?.cancel();
    timer = undefined;
  }

  async function writeOnce(): Promise<void> {
    const isRepeated = sent !== undefined;
    sent ??= take();
    if (sent === undefined) return;
    try {
      await inTime(write({ ...sent, entries: withGap(sent.entries) }));
      sent = undefined;
      lostCount = 0;
      isSettled = true;
      // What has happened since the first try waits behind it.
      if (isRepeated) isDue = true;
    } catch (error) {
      if (lastTriesLeft !== undefined) lastTriesLeft -= 1;
      letGo();
      if (!hasFailed) log("record.away", { reason: String(error) });
      hasFailed = true;
    }
  }

  /** Everything that has happened since the last time, if there is anything. */
  function take(): Batch | undefined {
    const { state, lines: changed } = news();
    const isOver = lastTriesLeft !== undefined;
    for (const line of changed) lines.set(line.itemId, line);
    // A call that has not begun has nothing to go on with.
    if (state === undefined && !isOver) return undefined;
    if (isSettled && entries.length === 0 && lines.size === 0) return undefined;
    number += 1;
    const happened = { entries, lines: [...lines.values()] };
    entries = [];
    lines.clear();
    return { writer, number, ...happened, state, setup: isSettled ? undefined : setup, isOver };
  }

  function withGap(kept: readonly Entry[]): readonly Entry[] {
    if (lostCount === 0) return kept;
    const atMs = [...kept, ...entries][0]?.atMs ?? clock.nowMs();
    return [{ atMs, kind: "gap", json: JSON.stringify({ lostCount }) }, ...kept];
  }

  /** The oldest goes first. While a batch is under way nobody knows whether it is lost. */
  function letGo(): void {
    const excess = (sent?.entries.length ?? 0) + entries.length - mostEntries;
    if (excess <= 0) return;
    lostCount += excess;
    const kept = sent?.entries.slice(excess) ?? [];
    entries.splice(0, excess - ((sent?.entries.length ?? 0) - kept.length));
    if (sent !== undefined) sent = { ...sent, entries: kept };
  }

  function inTime(written: Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      const late = clock.after(writeDeadlineMs, () => reject(new Error(`not written in ${writeDeadlineMs} ms`)));
      written.then(resolve, reject).finally(() => late.cancel());
    });
  }

  return { note };
}
