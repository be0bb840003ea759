import type { Effect } from "../../worker/bridge/effects.ts";
import type { BridgeEvent } from "../../worker/bridge/events.ts";
import type { Random } from "./random.ts";

type Response = { id: string; itemId: string; itemsLeft: number; deltasLeft: number };

/** A model for the fuzz alone: random, but never against the rules of one that reports speech. */
export type FuzzModel = {
  /** An order of the bridge; gives the events that answer it. */
  order(effect: Effect): BridgeEvent[];
  /** One step of time; gives what the model says in it. */
  step(): BridgeEvent[];
  /** How much audio it has sent for an item, in milliseconds. */
  sentMs(itemId: string): number;
  /** The response that it cancelled last, whose deltas nobody may hear any more. */
  readonly cancelledIds: ReadonlySet<string>;
};

export function fuzzModel(dice: Random): FuzzModel {
  const sent = new Map<string, number>();
  const cancelledIds = new Set<string>();
  let count = 0;
  let active: Response | undefined;
  /** A cancelled response: so many deltas of it are still on the way. */
  let dying: { response: Response; lateDeltas: number } | undefined;
  let callerSpeaks = false;

  function start(): BridgeEvent[] {
    count += 1;
    active = { id: `r${count}`, itemId: `i${count}.1`, itemsLeft: dice.between(1, 3), deltasLeft: dice.between(0, 12) };
    return [{ type: "model.response-started", responseId: active.id }];
  }

  function delta(response: Response): BridgeEvent {
    const durationMs = dice.pick([400, 400, 400, 20, 37.125, 1000]);
    sent.set(response.itemId, (sent.get(response.itemId) ?? 0) + durationMs);
    return {
      type: "model.audio",
      responseId: response.id,
      itemId: response.itemId,
      payload: `${response.itemId}/${durationMs}`,
      durationMs,
      levelsDb: Array.from({ length: Math.ceil(durationMs / 20) }, () => -20),
    };
  }

  function generate(response: Response): BridgeEvent[] {
    if (response.deltasLeft > 0) {
      response.deltasLeft -= 1;
      return [delta(response)];
    }
    const events: BridgeEvent[] = [{ type: "model.audio-ended", responseId: response.id, itemId: response.itemId }];
    response.itemsLeft -= 1;
    if (response.itemsLeft > 0) {
      response.itemId = `i${count}.${response.itemsLeft + 1}`;
      response.deltasLeft = dice.between(1, 8);
      return events;
    }
    active = undefined;
    const outcome = dice.pick(["completed", "completed", "completed", "incomplete", "failed"] as const);
    return [...events, { type: "model.response-ended", responseId: response.id, outcome }];
  }

  function die(): BridgeEvent[] {
    if (dying === undefined) return [];
    const { response, lateDeltas } = dying;
    if (lateDeltas > 0) {
      dying.lateDeltas -= 1;
      return [delta(response)];
    }
    dying = undefined;
    return [
      { type: "model.audio-ended", responseId: response.id, itemId: response.itemId },
      { type: "model.response-ended", responseId: response.id, outcome: "cancelled" },
    ];
  }

  function speechStarts(): BridgeEvent[] {
    callerSpeaks = true;
    if (active) {
      cancelledIds.add(active.id);
      dying = { response: active, lateDeltas: dice.between(0, 3) };
      active = undefined;
    }
    return [{ type: "model.speech-started", itemId: `c${count}` }];
  }

  function speechStops(): BridgeEvent[] {
    callerSpeaks = false;
    return [{ type: "model.speech-stopped" }, ...(active || dying ? [] : start())];
  }

  /** The session is over; the next one knows nothing of it. */
  function leave(): void {
    active = undefined;
    dying = undefined;
    callerSpeaks = false;
  }

  return {
    order(effect) {
      if (effect.type === "model.close") leave();
      if (effect.type !== "model.create-response") return [];
      if (!active && !dying) return start();
      return [
        { type: "model.command-refused", commandId: effect.commandId, refusal: "response-active", message: "active" },
      ];
    },
    step() {
      if (dying) return die();
      if (callerSpeaks ? dice.chance(0.02) : dice.chance(0.004)) return callerSpeaks ? speechStops() : speechStarts();
      // Faster than real time, in bursts.
      return active && dice.chance(0.3) ? generate(active) : [];
    },
    sentMs: (itemId) => sent.get(itemId) ?? 0,
    cancelledIds,
  };
}
