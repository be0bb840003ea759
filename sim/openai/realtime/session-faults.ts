import type { Fault, Scenario } from "../scenario.ts";
import type { LinkFault } from "../../network/link-fault.ts";
import type { SessionContext } from "./context.ts";

/** The service ends every session after this time (openai.md A9). */
const longestLifeMs = 60 * 60_000;

/** How long a session lasts if nothing else ends it: `expires_at` announces it, also where the scenario has it sooner. */
export const lifeMs = ({ faults = [] }: Scenario): number =>
  Math.min(longestLifeMs, ...faults.flatMap((fault) => (fault.type === "expire" ? [fault.atMs] : [])));

/** Sets a timer for the end of the session's life, and for each fault of the scenario that happens within it. */
export function scheduleFaults(
  context: SessionContext,
  sendText: (text: string) => void,
  end: (code: number, reason: string) => void,
  befall: (fault: LinkFault) => void,
): void {
  context.clock.after(lifeMs(context.scenario), () =>
    end(1001, "Your session hit the maximum duration of 60 minutes."),
  );
  for (const fault of context.scenario.faults ?? []) {
    if ("atMs" in fault) context.clock.after(fault.atMs, () => happen(fault));
  }

  function happen(fault: Extract<Fault, { atMs: number }>): void {
    switch (fault.type) {
      case "error":
        return context.emit({ type: "error", error: { ...fault.error, param: null, event_id: null } });
      case "raw-message":
        return sendText(fault.text);
      case "expire":
      case "end-session":
        return undefined;
      default:
        return befall(fault);
    }
  }
}
