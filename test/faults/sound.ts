import { expect } from "vitest";
import type { Row } from "./row.ts";
import type { StoryCall } from "./troupe.ts";

/** More than the issue allows: the machine may be busy, in this answer and not in the first. */
const slackMs = 1_000;

/** What must be so of every call that something has befallen. */
export async function expectSound(call: StoryCall, row: Row, mostGapMs: number): Promise<void> {
  expect(row.gapMs, `${row.fault}: the gap`).toBeLessThanOrEqual(mostGapMs + slackMs);
  expect(row.repeatedMs, `${row.fault}: ms heard twice`).toBe(0);
  expect(row.repeatedCount, `${row.fault}: things said twice`).toBe(0);
  // Every question was answered, the one at the end by somebody who has never heard the ones before.
  expect(row.heard.waits.filter(({ toMs }) => toMs === undefined)).toEqual([]);
  if (row.transcript !== undefined)
    expect(row.transcript.unwrittenMs, `${row.fault}: unwritten`).toBeLessThanOrEqual(1_000);
  const sessions = call.sessions();
  if (sessions.length > 1) expect(JSON.stringify(sessions.at(-1)?.realtime.items())).toContain("to question 1.");
  const { facts, log } = await call.ended;
  expect(facts.status).toBe("completed");
  // Nobody was put through, and nobody had to leave a message.
  const verbs = log.flatMap((entry) => (entry.kind === "verb" ? [entry.verb] : []));
  expect(verbs.filter((verb) => verb === "Dial" || verb === "Record")).toEqual([]);
}
