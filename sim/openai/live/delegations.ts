import type { Timer } from "../../clock.ts";
import { invalidValue, type Objection } from "../shape.ts";
import type { Backend } from "./backend.ts";
import type { LiveContext } from "./context.ts";
import type { Mouth } from "./mouth.ts";
import type { FunctionCall } from "./utterance.ts";

/** The work that the model hands over: to its client, or to a backend of OpenAI's (openai.md B5). */
export type Delegations = {
  /** A model that is silent about it is soon asked to acknowledge. */
  delegate(calls: FunctionCall[], isSilent: boolean): void;
  objectionTo(delegationId: string): Objection | undefined;
  answered(delegationId: string): void;
  /** Something was heard of the work: "one moment" need not be said any more. */
  acknowledged(): void;
  /** Tells of what nobody has answered. */
  end(): void;
};

/** The delegations of one session. */
export function delegations(context: LiveContext, mouth: Mouth, backend: Backend): Delegations {
  const open = new Map<string, "waiting" | "answered">();
  const acknowledgements = new Set<Timer>();

  function acknowledgeSoon(): void {
    const delayMs = context.config.delegation.acknowledgement_delay_ms ?? 0;
    const timer = context.timeline.after(delayMs, () => {
      acknowledgements.delete(timer);
      mouth.say({ lines: [{ type: "speech", text: acknowledgement }] });
    });
    acknowledgements.add(timer);
  }

  return {
    delegate(calls, isSilent) {
      const id = context.ids.delegation();
      const target = context.config.delegation.type;
      const responseId = target === "responses" ? context.ids.response() : undefined;
      context.emit({
        type: "session.delegation.created",
        delegation: {
          id,
          type: "delegation",
          target,
          ...(responseId === undefined ? {} : { response_id: responseId }),
        },
        offset_ms: context.timeline.nowMs(),
      });
      const wants = calls.map((call) => call.name).join(", ");
      context.report({ type: "delegation-created", delegationId: id, target, wants });
      if (isSilent) acknowledgeSoon();
      if (responseId === undefined) open.set(id, "waiting");
      else backend.work({ delegationId: id, responseId, items: calls });
    },
    objectionTo(delegationId) {
      if (context.config.delegation.type !== "client")
        return invalidValue("delegation_id", "it must be null unless the client does the work");
      return open.has(delegationId)
        ? undefined
        : invalidValue("delegation_id", `there is no delegation '${delegationId}'`);
    },
    answered: (delegationId) => void open.set(delegationId, "answered"),
    acknowledged() {
      for (const timer of acknowledgements) timer.cancel();
      acknowledgements.clear();
    },
    end() {
      for (const [id, state] of open)
        if (state === "waiting")
          context.report({ type: "warning", message: `The delegation ${id} was never answered by a commentary.` });
    },
  };
}

const acknowledgement = "One moment, please.";
