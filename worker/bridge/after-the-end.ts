import { finalStatusIn } from "./carrier-report.ts";
import type { Effect } from "./effects.ts";
import type { BridgeEvent } from "./events.ts";
import { journal } from "./journal.ts";

/** What is still to be done when a call is over; `isVerdictAwaited`: nobody has asked yet what follows the stream. */
export function afterTheEnd(event: BridgeEvent, isVerdictAwaited: boolean): Effect[] {
  const awaited: Effect[] = isVerdictAwaited ? [{ type: "timer.clear", timer: "verdict" }] : [];
  switch (event.type) {
    // A leg that comes up after the end (a hang-up during the handshake) is closed again: nothing may leak.
    case "model.opened":
    case "model.ready":
      return [{ type: "model.close" }];
    case "verdict.asked":
      return awaited;
    case "timer.fired":
      return event.timer === "verdict" ? [{ type: "call.complete" }] : [];
    case "carrier.reported": {
      const isOver = finalStatusIn(event.report) !== undefined;
      return [journal({ kind: "carrier.reported", ...event.report }), ...(isOver ? awaited : [])];
    }
    default:
      return [];
  }
}
