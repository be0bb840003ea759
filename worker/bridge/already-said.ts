import type { Effect } from "./effects.ts";

/** What the phone company says, or has said, in the agent's name: the model is told, once, when it is ready. */
export class AlreadySaid {
  readonly #nextCommandId: () => string;
  #said: { text: string; isTold: boolean } | undefined;

  constructor(nextCommandId: () => string) {
    this.#nextCommandId = nextCommandId;
  }

  /** These words are said; `isModelReady`: the model can be told. The same again is nothing new. */
  said(text: string | undefined, isModelReady: boolean): Effect[] {
    if (text === undefined || text === this.#said?.text) return [];
    this.#said = { text, isTold: false };
    return isModelReady ? this.tell() : [];
  }

  /** Tells the model, unless it knows. */
  tell(): Effect[] {
    if (this.#said === undefined || this.#said.isTold) return [];
    this.#said.isTold = true;
    return [{ type: "model.add-text", commandId: this.#nextCommandId(), by: "agent", text: this.#said.text }];
  }
}
