import { parseObject } from "../../common/json.ts";
import { type Clock, adjustable } from "../clock.ts";
import { dialModel } from "../dial-model.ts";
import type { ModelLeg, ModelListener } from "../model-leg.ts";
import type { Provider } from "../models/provider.ts";
import { plain } from "../plain.ts";

/**
 * What can be done to a call from within, to see that it is survived. The door to it is `POST /dev/faults/{CallSid}`,
 * signed like a Function's request; it is there with CHAOS alone, which is refused wherever others could knock.
 */
export type DevFault =
  /** Its object is gone, with both sockets and all that it knew, as by a host's loss (cloudflare.md 4.1). */
  | { fault: "abort" }
  /** A socket is lost, as the call sees it; the peer sees a close, since the platform can close in no other way. */
  | { fault: "drop-model" | "drop-stream" }
  /** Its clock is put forward, or back. */
  | { fault: "skew-clock"; byMs: number };

/** Has it done to the call. */
export async function takeFault(body: string, inflict: (fault: DevFault) => Promise<void>): Promise<Response> {
  const fault = parseFault(body);
  if (fault === undefined) return plain(400, "The body is no fault.");
  // The object of an aborted call cannot answer any more: its caller is told of the abort instead.
  await inflict(fault).catch((reason: unknown) => {
    if (fault.fault !== "abort") throw reason;
  });
  return Response.json(fault);
}

function parseFault(body: string): DevFault | undefined {
  const { fault, byMs } = parseObject(body) ?? {};
  if (fault === "abort" || fault === "drop-model" || fault === "drop-stream") return { fault };
  return fault === "skew-clock" && typeof byMs === "number" ? { fault, byMs } : undefined;
}

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
  let loseModel = (): void => undefined;
  let loseStream = (): void => undefined;
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
          return loseModel();
        case "drop-stream":
          return loseStream();
        case "skew-clock":
          return clock.adjust(fault.byMs);
      }
    },
  };
}

const lost = "lost on purpose";
