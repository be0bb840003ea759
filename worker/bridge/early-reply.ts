import type { BridgeEvent } from "./events.ts";

/** What of the model is to be heard. */
type Heard = Extract<BridgeEvent, { type: "model.audio" | "model.audio-ended" }>;

export const isHeard = (event: BridgeEvent): event is Heard =>
  event.type === "model.audio" || event.type === "model.audio-ended";

/** What the model says before there is a phone to hear it: a greeting made ready while the phone company speaks. */
export class EarlyReply {
  #events: Heard[] = [];

  keep(event: Heard): void {
    this.#events.push(event);
  }

  /** Hands everything over, in order, and forgets it. */
  take(): Heard[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }
}
