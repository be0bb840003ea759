import type { Effect } from "./effects.ts";
import { instructionsFor } from "./options.ts";

type Recall = Extract<Effect, { type: "model.recall" }>;
type AddText = Extract<Effect, { type: "model.add-text" }>;

/**
 * What passes on to the model. One that is being opened is told later what cannot wait for ever; and of what an earlier
 * session has said it knows the words alone, so that nothing of it can be cut or taken out.
 */
export class ModelGate {
  /** Words of an item that nobody heard. */
  readonly #unheardOf: (itemId: string) => string;
  #isOpen = false;
  #held: (Recall | AddText)[] = [];
  #foreignIds: ReadonlySet<string> = new Set();

  constructor(unheardOf: (itemId: string) => string) {
    this.#unheardOf = unheardOf;
  }

  /** A session is told of everything up to now, and knows these items by their words alone. */
  configured(foreignIds: ReadonlySet<string>): void {
    this.#foreignIds = foreignIds;
    this.#held = this.#held.filter(({ type }) => type === "model.add-text");
  }

  /** The session can be told things now; gives what has waited for it. */
  open(): Effect[] {
    this.#isOpen = true;
    return this.#held.splice(0);
  }

  close(): void {
    this.#isOpen = false;
  }

  /** The orders as they can be carried out. */
  pass(effects: Effect[]): Effect[] {
    return effects.flatMap((effect) => this.#passOne(effect));
  }

  #passOne(effect: Effect): Effect[] {
    if (!isSaidToModel(effect)) return [effect];
    if (!this.#isOpen) {
      if (effect.type === "model.recall" || effect.type === "model.add-text") this.#held.push(effect);
      return [];
    }
    if (effect.type === "model.delete-item" && this.#foreignIds.has(effect.itemId)) return [];
    if (effect.type === "model.truncate" && this.#foreignIds.has(effect.itemId)) return this.#inWords(effect);
    return [effect];
  }

  #inWords({ commandId, itemId }: Extract<Effect, { type: "model.truncate" }>): Effect[] {
    const unheard = this.#unheardOf(itemId);
    if (unheard === "") return [];
    return [{ type: "model.add-text", commandId, by: "nobody", text: instructionsFor.unheard(unheard) }];
  }
}

/** Opening, configuring and closing are about a session, not in it. */
const isSaidToModel = ({ type }: Effect): boolean => type.startsWith("model.") && !aboutSessions.has(type);

const aboutSessions: ReadonlySet<string> = new Set<Effect["type"]>([
  "model.open",
  "model.open-next",
  "model.swap",
  "model.configure",
  "model.close",
]);
