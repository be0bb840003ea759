import { asked } from "./asked.ts";
import type { SpendLimit } from "./bridge/spending-policy.ts";
import type { Log } from "./log.ts";
import type { Direction, SpendReport } from "./switchboard/spend-report.ts";

/** Takes what a conversation has cost so far, in all; gives which ceiling is reached, if that can be had. Never rejects. */
export type SpendTab = (spent: { usd: number; isOver: boolean }) => Promise<SpendLimit | undefined>;

/** Who adds up what all calls cost. */
type Counter = { takeSpending(report: SpendReport): PromiseLike<SpendLimit | undefined> };

/**
 * Opens a tab for a conversation. That nobody can be told is said once: each report holds all before it, so that nothing
 * is lost, and the call's own ceiling does not depend on the answer. The counter is looked for anew each time: when it
 * was reset during a call, a stub that was had before is of no use (cloudflare.md 4.1).
 */
export function openTab(counter: () => Counter, call: { callSid: string; direction: Direction }, log: Log): SpendTab {
  const tab = crypto.randomUUID();
  let isAwayTold = false;
  const logOnce: Log = (event, fields) => {
    if (!isAwayTold) log(event, fields);
    isAwayTold = true;
  };
  return (spent) => asked(counter().takeSpending({ tab, ...call, ...spent }), undefined, logOnce);
}
