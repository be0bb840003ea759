import type { BridgeEvent } from "./events.ts";

/** What of the model is to be heard. */
type Heard = Extract<BridgeEvent, { type: "model.audio" | "model.audio-ended" }>;

export const isHeard = (event: BridgeEvent): event is Heard =>
  event.type === "model.audio" || event.type === "model.audio-ended";

/** Nobody who comes back listens to more before saying a word. */
const mostMs = 60_000;

/** What the model says before there is a phone to hear it: a greeting made ready while the phone company speaks. */
export class EarlyReply {
  #events: Heard[] = [];
  #keptMs = 0;

  keep(event: Heard): void {
    if (event.type === "model.audio") this.#keptMs += event.durationMs;
    if (this.#keptMs <= mostMs) this.#events.push(event);
  }

  /** It is not said after all: another session says it anew. */
  forget(responseId: string): void {
    this.#events = this.#events.filter((event) => event.responseId !== responseId);
  }

  /** Hands everything over, in order, and forgets it. */
  take(): Heard[] {
    const events = this.#events;
    this.#events = [];
    this.#keptMs = 0;
    return events;
  }
}
