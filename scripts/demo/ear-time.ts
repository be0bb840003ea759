import type { PhoneEvent } from "../../sim/phone/phone-event.ts";

/** The time the caller waited for an answer: from the end of the caller's speech to the first sound of it. */
export type EarTime = { answeredAtMs: number; waitedMs: number };

/** The ear times of a call, from what happened at the phone; an interruption answers nobody's waiting. */
export function earTimes(events: readonly PhoneEvent[]): EarTime[] {
  const times: EarTime[] = [];
  let quietSinceMs: number | undefined;
  for (const event of events) {
    if (event.event === "caller-spoke") quietSinceMs = undefined;
    if (event.event === "caller-quiet") quietSinceMs = event.atMs;
    if (event.event !== "agent-heard" || quietSinceMs === undefined) continue;
    times.push({ answeredAtMs: event.atMs, waitedMs: event.atMs - quietSinceMs });
    quietSinceMs = undefined;
  }
  return times;
}
