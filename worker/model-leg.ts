import type { BridgeEvent } from "./bridge/events.ts";
import { frameAligner } from "./models/align-frames.ts";
import type { ModelCommand, ModelMessage, Provider } from "./models/provider.ts";

/** The model's side of a call, from the dialling on. */
export type ModelLeg = {
  send(command: ModelCommand): void;
  /** Closes it, also while it is still being dialled. */
  close(): void;
  /** Whether a socket, or the dialling of one, is still there. */
  readonly isOpen: boolean;
};

/** Who hears of what comes from the model. */
export type ModelListener = {
  /** What it means to the call: its messages' events, `model.failed`, `model.closed`. */
  happened(event: BridgeEvent): void;
  /** Every message, for the log and the count of faults. */
  received(message: ModelMessage): void;
};

/** Reads one socket's messages: decodes them, and keeps their audio on the phone's grid. */
export function modelReader(provider: Provider, listener: ModelListener): (data: unknown) => void {
  const align = frameAligner();
  return (data) => {
    const message = provider.decode(data);
    listener.received(message);
    for (const event of message.events.flatMap(align)) listener.happened(event);
  };
}
