import type { BridgeEvent } from "./bridge/events.ts";
import type { Clock, Timer } from "./clock.ts";
import { frameAligner } from "./models/align-frames.ts";
import { repeats } from "./models/repeated.ts";
import type { ModelCommand, ModelMessage, Provider } from "./models/provider.ts";
import type { Socket } from "./socket.ts";

/** The model's side of a call, from the dialling on. */
export type ModelLeg = {
  send(command: ModelCommand): void;
  /** Closes it, also while it is still being dialled. A session that wants a farewell gets it, and its time. */
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

/** A leg whose socket is open, and what is to be told of its socket. */
export type OpenLeg = ModelLeg & {
  /** To be called once somebody can be told: some sessions are there with their socket. */
  begin(): void;
  receive(data: unknown): void;
  closed(code: number, reason: string): void;
};

/** More than a minute and a half of audio: no model sends as much at a time, nor a longer text. */
const maxMessageLength = 1_048_576;

const isTooLarge = (data: unknown): boolean => typeof data === "string" && data.length > maxMessageLength;

/** Speaks a provider's language over a socket that has just opened: both directions, and the end in good order. */
export function openLeg(provider: Provider, socket: Socket, listener: ModelListener, clock: Clock): OpenLeg {
  const { turns, opens, farewell } = provider.profile;
  const align = frameAligner();
  const isRepeated = repeats();
  let isStarted = false;
  let leaving: Timer | undefined;

  function happened(event: BridgeEvent): void {
    if (event.type === "model.ready") isStarted = true;
    listener.happened(event.type === "model.opened" ? { ...event, turns } : event);
  }

  function hangUp(): void {
    leaving?.cancel();
    socket.close(1000, "the call is over");
  }

  return {
    begin() {
      if (opens === "with-socket") happened({ type: "model.opened" });
    },
    get isOpen() {
      return socket.isOpen;
    },
    send(command) {
      if (leaving === undefined) for (const message of provider.encode(command)) socket.send(message);
    },
    close() {
      if (leaving !== undefined) return;
      // A session that never started has nothing to end.
      if (farewell === undefined || !isStarted || !socket.isOpen) return hangUp();
      socket.send(farewell.message);
      leaving = clock.after(farewell.withinMs, () => {
        hangUp();
        happened({ type: "model.closed", code: 1000, reason: "the session's end was not confirmed" });
      });
    },
    receive(data) {
      if (isTooLarge(data)) return listener.received({ name: "", events: [], fault: "too-large" });
      if (isRepeated(data)) return listener.received({ name: "", events: [], fault: "repeated" });
      const message = provider.decode(data);
      listener.received(message);
      // What has ended by itself needs no farewell.
      if (message.isLast) isStarted = false;
      for (const event of message.events.flatMap(align)) happened(event);
      if (message.isLast) hangUp();
    },
    closed(code, reason) {
      leaving?.cancel();
      happened({ type: "model.closed", code, reason });
    },
  };
}
