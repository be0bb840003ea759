import { type Clock, adjustable } from "../clock.ts";
import { dialModel } from "../dial-model.ts";
import type { ModelLeg, ModelListener } from "../model-leg.ts";
import type { Provider } from "../models/provider.ts";
import type { DevFault } from "./faults.ts";

/** What of a call can break: it is as if this were not here, until a fault is inflicted. */
export type Breakable = {
  clock: Clock;
  /** Takes note of the stream's socket. */
  stream(webSocket: WebSocket): WebSocket;
  /** Dials a model whose connection can be lost. */
  dial: (provider: Provider, listener: ModelListener) => ModelLeg;
  inflict(fault: DevFault): void;
};

/** The parts of a call that can break, on the platform's `clock`; `abort` ends its object. */
export function breakable(platform: Clock, abort: () => void): Breakable {
  const clock = adjustable(platform);
  let loseModel: (() => void) | undefined;
  let loseStream: (() => void) | undefined;
  return {
    clock,
    stream(webSocket) {
      loseStream = () => {
        webSocket.dispatchEvent(new CloseEvent("close", { code: 1006, reason: lost }));
        webSocket.close(1011, lost);
      };
      return webSocket;
    },
    dial(provider, listener) {
      let isLost = false;
      const leg = dialModel(
        provider,
        {
          happened: (event) => isLost || listener.happened(event),
          received: (message) => isLost || listener.received(message),
        },
        clock,
      );
      loseModel = () => {
        if (isLost || !leg.isOpen) return;
        isLost = true;
        leg.close();
        listener.happened({ type: "model.closed", code: 1006, reason: lost });
      };
      return leg;
    },
    inflict(fault) {
      switch (fault.fault) {
        case "abort":
          return abort();
        case "drop-model":
          return loseModel?.();
        case "drop-stream":
          return loseStream?.();
        case "skew-clock":
          return clock.adjust(fault.byMs);
      }
    },
  };
}

const lost = "lost on purpose";
