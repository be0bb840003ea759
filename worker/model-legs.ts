import type { ModelLeg, ModelListener } from "./model-leg.ts";
import type { ModelCommand } from "./models/provider.ts";

/** The model's side of a call through all its sessions: one is talked with, others may still be closing. */
export type ModelLegs = {
  /** Dials another one, in the place of the last. */
  open(): void;
  send(command: ModelCommand): void;
  close(): void;
  /** How many sockets there are, those that are being closed among them. */
  readonly openCount: number;
};

/** Keeps them. Of a leg that another has replaced nobody hears any more. */
export function modelLegs(dial: (listener: ModelListener) => ModelLeg, listener: ModelListener): ModelLegs {
  const closing = new Set<ModelLeg>();
  let current: { leg: ModelLeg | undefined } = { leg: undefined };

  function forgetClosed(): void {
    for (const leg of closing) if (!leg.isOpen) closing.delete(leg);
  }

  return {
    open() {
      const { leg: last } = current;
      last?.close();
      if (last !== undefined) closing.add(last);
      forgetClosed();
      const mine: typeof current = { leg: undefined };
      current = mine;
      mine.leg = dial({
        happened: (event) => current === mine && listener.happened(event),
        received: (message) => current === mine && listener.received(message),
      });
    },
    send: (command) => current.leg?.send(command),
    close: () => current.leg?.close(),
    get openCount() {
      return [...closing, current.leg].filter((leg) => leg?.isOpen).length;
    },
  };
}
