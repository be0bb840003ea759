import { setTimeout as pause } from "node:timers/promises";
import type { Twilio } from "twilio";

/** Twilio's own record is a second behind its calls anyway. */
const pollMs = 1_000;
/** So many questions without an answer, one after the other, and we give up: the call goes on all the same. */
const mostFailures = 10;

/** A call as its follower sees it: what is new about it, and whether that is the end. */
type Stage = { words: string; end?: "good" | "bad" };

/**
 * Follows a call by asking Twilio for it until it ends, telling each stage once. Gives whether it was a conversation;
 * `undefined` when somebody aborts.
 */
export async function followCall(
  client: Twilio,
  callSid: string,
  tell: (words: string) => void,
  signal: AbortSignal,
): Promise<boolean | undefined> {
  let told: string | undefined;
  for (let failureCount = 0; !signal.aborted;) {
    const stage = await stageNow(client, callSid).catch((error: unknown) => {
      failureCount += 1;
      if (failureCount >= mostFailures) throw error;
      return undefined;
    });
    if (stage !== undefined) {
      failureCount = 0;
      if (stage.words !== told) tell((told = stage.words));
      if (stage.end !== undefined) return stage.end === "good";
    }
    await pause(pollMs, undefined, { signal }).catch(() => undefined);
  }
  return undefined;
}

async function stageNow(client: Twilio, callSid: string): Promise<Stage> {
  const { status, answeredBy, duration } = await client.calls(callSid).fetch();
  switch (status) {
    case "queued":
    case "ringing":
      return { words: status };
    case "in-progress":
      return { words: /^(machine|fax)/.test(answeredBy ?? "") ? `answered by a machine (${answeredBy})` : "answered" };
    case "completed":
      return { words: `ended after ${duration ?? 0} s`, end: "good" };
    default:
      return { words: `ended: ${status}`, end: "bad" };
  }
}
