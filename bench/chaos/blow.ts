import type { LinkFault } from "../../sim/network/link-fault.ts";
import type { DevFault } from "../../worker/dev/faults.ts";

/** One thing that goes wrong with a call: on a connection, by the stand-in's doing, or in the Worker, by its own. */
export type Blow = { on: "model" | "stream"; fault: LinkFault } | { on: "worker"; fault: DevFault };

/** What kind of blow it is, as the table has it. */
export function kindOf(blow: Blow): string {
  if (blow.on === "worker") return `worker ${blow.fault.fault}`;
  const { fault } = blow;
  const isForEver = fault.type === "stall" && fault.forMs === "ever";
  return `${blow.on} ${fault.type}${isForEver ? " for ever" : ""}`;
}
