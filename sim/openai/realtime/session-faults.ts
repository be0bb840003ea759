import type { Fault } from "../scenario.ts";
import type { SessionContext } from "./context.ts";

/** Sets a timer for each fault of the scenario that happens within the session. */
export function scheduleFaults(
  context: SessionContext,
  sendText: (text: string) => void,
  end: (code: number, reason: string) => void,
): void {
  for (const fault of context.scenario.faults ?? []) {
    if ("atMs" in fault) context.clock.after(fault.atMs, () => happen(fault));
  }

  function happen(fault: Extract<Fault, { atMs: number }>): void {
    switch (fault.type) {
      case "error":
        return context.emit({ type: "error", error: { ...fault.error, param: null, event_id: null } });
      case "raw-message":
        return sendText(fault.text);
      case "close":
        return end(fault.code, fault.reason);
      case "drop":
        return end(1006, "");
      case "expire":
        return end(1001, "Your session hit the maximum duration of 60 minutes.");
      case "end-session":
        return undefined;
    }
  }
}
