import type { AppendKind } from "../facts.ts";
import { quotedIn } from "../persona.ts";
import type { Objection } from "../shape.ts";
import type { LiveContext } from "./context.ts";
import type { Delegations } from "./delegations.ts";
import type { Mouth } from "./mouth.ts";
import { answering } from "./server-events.ts";
import type { Turns } from "./turns.ts";

/** What a client appends beside audio. */
export type Append = { kind: AppendKind; content: string; delegationId: string | null; eventId: string | null };

/** Takes in what is appended, when the timeline next moves: without audio an append stays pending (openai.md B3). */
export function appends(
  context: LiveContext,
  mouth: Mouth,
  turns: Turns,
  delegations: Delegations,
): (append: Append) => Objection | undefined {
  function takeIn({ kind, content, delegationId, eventId }: Append): void {
    const atMs = context.timeline.nowMs();
    const times = { start_ms: atMs, end_ms: atMs };
    context.emit({ type: `session.${kind}.appended`, ...times, ...answering(eventId) });
    context.report({ type: "appended", kind, content, delegationId, atMs });
    switch (kind) {
      case "thinking":
        return delegations.acknowledged();
      case "commentary":
        delegations.acknowledged();
        if (delegationId !== null) delegations.answered(delegationId);
        return mouth.say({ lines: [{ type: "speech", text: quotedIn(content) ?? content.slice(0, mostCharacters) }] });
      case "instructions":
        return steer(content);
    }
  }

  /** Instructions cut what is being said. All that it understands of them is a quoted sentence, or that it is to greet. */
  function steer(content: string): void {
    mouth.cut("instructed");
    const sentence = quotedIn(content);
    if (!mouth.hasSpoken && (sentence !== undefined || asksForGreeting(content))) return turns.open(content);
    if (sentence !== undefined) mouth.say({ lines: [{ type: "speech", text: sentence }] });
  }

  return (append) => {
    const objection = append.delegationId === null ? undefined : delegations.objectionTo(append.delegationId);
    if (objection === undefined) context.timeline.after(0, () => takeIn(append));
    return objection;
  };
}

/** A session that was begun again may be told not to greet. */
const asksForGreeting = (content: string): boolean =>
  /\bgreet/i.test(content) && !/\b(not|never|don['’]t)\b[^.!?]*\bgreet/i.test(content);

/** A model paraphrases; a stand-in can only be brief. */
const mostCharacters = 200;
