import type { Fact } from "../../sim/openai/facts.ts";
import type { Fault } from "../../sim/openai/scenario.ts";
import type { Peer } from "../../sim/wire.ts";
import type { Provider } from "../../worker/models/provider.ts";
import type { VirtualModel } from "../world/virtual-models.ts";

/** A stand-in, as far as the contract looks into it. */
export type StandIn = Peer & {
  appended(): Uint8Array;
  received(): Record<string, number>;
  facts(): readonly Fact[];
};

/** What the contract has to know of a provider, to hold it to what every provider must do. */
export type Harness = {
  name: string;
  model: VirtualModel<StandIn>;
  /** The upgrade for a key `sk-test` and an address `http://127.0.0.1/v1`. */
  request: Provider["request"];
  /** The event that carries the caller's audio. */
  append: string;
  /** What keeps a session from becoming ready for so long, and for ever. */
  hold: (forMs: number | "ever") => Fault;
  /** What keeps it from ever starting. */
  refuse: Fault;
  /** By the feature, how it does something that the others do otherwise: it is held to it all the same. */
  otherwise: Readonly<Record<string, string>>;
  /** What it is not held to, and what about it the protocol, or the vendor, is to blame for. */
  cannot: Readonly<Record<string, string>>;
};
