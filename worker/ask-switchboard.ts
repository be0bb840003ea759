import type { CallWishes } from "../common/outbound-call.ts";
import type { Admission } from "../common/preparation.ts";
import { asked } from "./asked.ts";
import { type Environment, switchboardOf } from "./environment.ts";
import type { Log } from "./log.ts";

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
