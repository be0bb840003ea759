import type { BridgeEvent } from "./events.ts";

/** What an event means of a session that is only to follow the one that talks; nothing else of it is anybody's business. */
export function ofNextSession(event: BridgeEvent): BridgeEvent | undefined {
  switch (event.type) {
    case "model.opened":
      return { type: "next.opened", turns: event.turns };
    case "model.ready":
      return { type: "next.ready", expiresAtMs: event.expiresAtMs };
    case "model.failed":
    case "model.closed":
      return { type: "next.failed" };
    case "model.command-refused":
      return { type: "next.failed", refusedId: event.commandId };
    default:
      return undefined;
  }
}
