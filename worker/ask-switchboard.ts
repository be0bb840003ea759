import type { CallWishes } from "../common/outbound-call.ts";
import type { Admission } from "../common/preparation.ts";
import { asked } from "./asked.ts";
import type { SpendLimit } from "./bridge/spending-policy.ts";
import { type Environment, switchboardOf } from "./environment.ts";
import type { Log } from "./log.ts";
import type { Direction } from "./switchboard/spend-report.ts";

const noWishes: CallWishes = { assistant: undefined, parameters: {}, greeting: undefined };

/** Whether a call may come in; every one may while the switchboard cannot be asked. */
export const askAdmission = (
  environment: Environment,
  { from, callSid }: { from: string | undefined; callSid: string },
  log: Log,
): Promise<Admission> => asked(switchboardOf(environment).admitCaller(from, callSid), "admit", log);

/** The call's line is free for another; by itself in a while, if the switchboard cannot be told. */
export const tellCallIsOver = (environment: Environment, callSid: string, log: Log): Promise<void> =>
  asked(switchboardOf(environment).callIsOver(callSid), undefined, log);

/** Takes what a conversation has cost so far; gives which ceiling is reached, if that can be had. */
export type Tab = (spent: { usd: number; isOver: boolean }) => Promise<SpendLimit | undefined>;

/**
 * Opens a tab for a conversation. That the switchboard is away is said once: each report holds all before it, so that
 * nothing is lost, and the call's own ceiling does not depend on it.
 */
export function openTab(environment: Environment, call: { callSid: string; direction: Direction }, log: Log): Tab {
  const tab = crypto.randomUUID();
  // By one stub: what is told first arrives first.
  const switchboard = switchboardOf(environment);
  let isAwayTold = false;
  const logOnce: Log = (event, fields) => {
    if (!isAwayTold) log(event, fields);
    isAwayTold = true;
  };
  return (spent) => asked(switchboard.takeSpending({ tab, ...call, ...spent }), undefined, logOnce);
}

/** What is wished for a call that we have placed; nothing when that is not known any more. */
export async function askWishes(
  environment: Environment,
  { intent, callSid }: { intent: string; callSid: string },
  log: Log,
): Promise<CallWishes> {
  const wishes = await asked(switchboardOf(environment).wishesFor(intent, callSid), noWishes, log);
  if (wishes === undefined) log("intent.unknown");
  return wishes ?? noWishes;
}
