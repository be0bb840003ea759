import type { Scenario } from "../../sim/openai/scenario.ts";
import type { InboundCall } from "../../sim/twilio/twilio.ts";

/** A call whose connections to the model are known, by their numbers. */
export type CastCall = InboundCall & { readonly connections: readonly number[] };

/** Gives each call its own scenario, also where calls go on side by side. */
export type Casting = {
  /** For the stand-in: what the model does in this connection. */
  scenarioOf: (connectionIndex: number) => Scenario;
  /** Dials once the call before has reached its model, or is over; without a scenario the house's own is played. */
  dial: (place: () => Promise<InboundCall>, scenario: Scenario | undefined) => Promise<CastCall>;
};

type Part = { scenario: Scenario | undefined; connections: number[]; onReached: () => void };

/**
 * A connection says nothing of the call that it is for, so it belongs to the call that was dialled last: side by side
 * may go what connects once. A call whose model is dialled again must go on alone.
 */
export function casting(houseScenario: (connectionIndex: number) => Scenario): Casting {
  let dialled: Part | undefined;
  let isReached = Promise.resolve();

  return {
    scenarioOf(connectionIndex) {
      dialled?.connections.push(connectionIndex);
      dialled?.onReached();
      return dialled?.scenario ?? houseScenario(connectionIndex);
    },
    async dial(place, scenario) {
      const part: Part = { scenario, connections: [], onReached: () => {} };
      const before = isReached;
      isReached = new Promise((resolve) => (part.onReached = resolve));
      await before;
      dialled = part;
      const call = await place();
      void call.ended.then(part.onReached);
      return { ...call, connections: part.connections };
    },
  };
}
