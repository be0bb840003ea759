import { callParameters, isOver } from "../call/call-facts.ts";
import type { Document, Instruction } from "../call/document.ts";
import { askWebhook } from "../call/webhook.ts";
import type { Method } from "../twiml/verb.ts";
import type { Stage } from "./stage.ts";

/** Where a verb leads: to another document, to the next verb of this one, or to the end of the call. */
export type Next = Instruction | "next-verb" | "end";

/** Another document, whose URL may be relative to this one's; the next verb when it is none. */
export function elsewhere(
  url: string,
  method: Method,
  document: Document,
  { log }: Stage,
  parameters: Readonly<Record<string, string>> = {},
): Instruction | "next-verb" {
  if (URL.canParse(url, document.url)) return { url: new URL(url, document.url).href, method, parameters };
  log.add({ kind: "error", code: 11200, message: `"${url}" is not a URL` });
  return "next-verb";
}

/**
 * What follows a verb that has an action. When the caller hung up meanwhile the action is asked all the same, and its
 * answer is not obeyed: Twilio does so after `<Dial>` and `<Record>` (from memory).
 */
export function afterwards(
  action: string | undefined,
  method: Method,
  document: Document,
  stage: Stage,
  parameters: Readonly<Record<string, string>>,
): Next {
  if (action === undefined) return "next-verb";
  const next = elsewhere(action, method, document, stage, parameters);
  if (isOver(stage.facts) && typeof next === "object" && "url" in next)
    stage.inBackground(askInVain(next.url, method, stage, parameters));
  return next;
}

async function askInVain(
  url: string,
  method: Method,
  { platform, facts, log }: Stage,
  parameters: Readonly<Record<string, string>>,
): Promise<void> {
  const request = { url, method, parameters: { ...callParameters(facts), ...parameters } };
  const answer = await askWebhook(platform, { purpose: "document", ...request }, log);
  if ("code" in answer) log.add({ kind: "error", ...answer });
}
