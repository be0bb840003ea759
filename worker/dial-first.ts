import { isRefusal } from "./bridge/close-codes.ts";
import type { BridgeEvent } from "./bridge/events.ts";
import type { Clock, Timer } from "./clock.ts";
import type { ModelLeg, ModelListener } from "./model-leg.ts";
import type { Candidate } from "./models/index.ts";
import type { Provider } from "./models/provider.ts";

/** A model that is not ready by then has had its chance, while there is another (openai.md 12, id 32). */
const startWithinMs = 2_000;
/** One that failed is not tried again for so long, by any call of this process. */
const benchedForMs = 5 * 60_000;

/** Models that failed lately, and until when they rest, on the clock that is asked with. */
export type Bench = Map<string, number>;

export type Dialling = {
  dial: (provider: Provider, listener: ModelListener) => ModelLeg;
  clock: Clock;
  bench: Bench;
  /** A model was passed over. */
  passedOver: (model: string, reason: string) => void;
};

type Failure = Extract<BridgeEvent, { type: "model.failed" | "model.closed" }>;

/**
 * Dials the first of several models that starts. Nobody hears of one that does not, unless it is the last: who has
 * opened and then failed is followed by another that opens. A call that has started stays with its model.
 */
export function dialFirst(candidates: readonly Candidate[], listener: ModelListener, dialling: Dialling): ModelLeg {
  const { dial, clock, bench, passedOver } = dialling;
  const left = inOrder(candidates, bench, clock.nowMs());
  let leg: ModelLeg | undefined;
  let deadline: Timer | undefined;
  let isOver = false;
  let configureId: string | undefined;

  function next(): void {
    const candidate = left.shift();
    if (candidate === undefined) return listener.happened({ type: "model.failed", reason: "no model can be had" });
    let isStarted = false;
    let isCurrent = true;

    function failed(event: Failure): void {
      deadline?.cancel();
      isCurrent = false;
      // One that has refused to go on will refuse again; one whose connection broke need not.
      const isOfNoUse = !isStarted || event.type === "model.failed" || isRefusal(event.code);
      if (isOfNoUse && !isOver) bench.set(candidate?.model ?? "", clock.nowMs() + benchedForMs);
      if (isStarted || isOver || left.length === 0) return listener.happened(event);
      passedOver(candidate?.model ?? "", reasonOf(event));
      leg?.close();
      next();
    }

    if (left.length > 0)
      deadline = clock.after(startWithinMs, () => failed({ type: "model.failed", reason: "not ready in time" }));
    leg = dial(candidate.provider(), {
      received: (message) => isCurrent && listener.received(message),
      happened(event) {
        if (!isCurrent) return;
        if (event.type === "model.failed" || event.type === "model.closed") return failed(event);
        // A configuration that is refused is no start either, where there is another model to be had.
        const isConfigurationRefused = event.type === "model.command-refused" && event.commandId === configureId;
        if (isConfigurationRefused && !isStarted && left.length > 0)
          return failed({ type: "model.failed", reason: event.message });
        if (event.type === "model.ready") {
          isStarted = true;
          deadline?.cancel();
        }
        listener.happened(event);
      },
    });
  }

  next();
  return {
    send(command) {
      if (command.type === "model.configure") configureId = command.commandId;
      leg?.send(command);
    },
    close() {
      isOver = true;
      deadline?.cancel();
      leg?.close();
    },
    get isOpen() {
      return leg?.isOpen ?? false;
    },
  };
}

/** Those that rest are kept for the end: a model that failed a minute ago is better than none. */
function inOrder(candidates: readonly Candidate[], bench: Bench, nowMs: number): Candidate[] {
  const rests = ({ model }: Candidate): boolean => (bench.get(model) ?? 0) > nowMs;
  return [...candidates.filter((each) => !rests(each)), ...candidates.filter(rests)];
}

const reasonOf = (event: Failure): string =>
  event.type === "model.failed" ? event.reason : `closed ${event.code} ${event.reason}`.trimEnd();
