import type { Clock } from "../../clock.ts";
import type { LinkFault } from "../../network/link-fault.ts";
import type { Fault, Scenario } from "../scenario.ts";
import type { EmitLive } from "./server-events.ts";

type SessionEnding = Extract<Fault, { type: "end-session" }>["reason"];

/** What a fault does to a session. */
export type FaultStage = {
  clock: Clock;
  emit: EmitLive;
  sendText(text: string): void;
  befall: (fault: LinkFault) => void;
  /** The session is over, and says so. */
  finish(reason: SessionEnding): void;
};

/** When the scenario has a session expire, in ms from the opening of its socket; never, without. */
export const expiryMs = ({ faults = [] }: Scenario): number =>
  Math.min(Number.POSITIVE_INFINITY, ...faults.flatMap((fault) => (isExpiry(fault) ? [fault.atMs] : [])));

const isExpiry = (fault: Fault): fault is Extract<Fault, { type: "expire" | "end-session" }> =>
  fault.type === "expire" || (fault.type === "end-session" && fault.reason === "expired");

/** Sets a timer for each fault of the scenario that has its time. */
export function scheduleFaults({ faults = [] }: Scenario, stage: FaultStage): void {
  for (const fault of faults) if ("atMs" in fault) stage.clock.after(fault.atMs, () => happen(fault));

  function happen(fault: Extract<Fault, { atMs: number }>): void {
    switch (fault.type) {
      case "error":
        return stage.emit({ type: "error", error: fault.error });
      case "raw-message":
        return stage.sendText(fault.text);
      case "expire":
        return stage.finish("expired");
      case "end-session":
        return stage.finish(fault.reason);
      default:
        return stage.befall(fault);
    }
  }
}
