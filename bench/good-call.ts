import { Worker } from "node:worker_threads";
import type { Account } from "./load-ends.ts";

/** What the thread of a good call is told, and what it tells. */
export type Order = { do: "dial"; accounts: Each<Account> } | { do: "measure"; window: string } | { do: "end" };
export type Word =
  | { said: "models"; urls: Each<string> }
  | { said: "talking" }
  | { said: "figures"; figures: GoodFigures };

/** Of the call at the Worker that is attacked, and of its twin at a Worker that nobody attacks, on the same machine. */
export type Each<Thing> = { attacked: Thing; twin: Thing };

/** How long frames took, one way, while a window was measured. */
export type Window = Each<number[]>;
export type GoodFigures = { windows: Record<string, Window>; lostCount: number; strangeCount: number };

/** A call that nobody attacks: 50 frames a second each way, whatever happens beside it. */
export type GoodCall = {
  /** Where its model is. */
  modelUrls: Each<string>;
  dial(accounts: Each<Account>): Promise<void>;
  /** From now on, frames count for this window; one may be opened again. */
  measure(window: string): void;
  /** Hangs up. */
  end(): Promise<GoodFigures>;
};

/** Starts it in a thread of its own: whoever attacks in this one must not be measured. */
export async function startGoodCall(): Promise<GoodCall> {
  const thread = new Worker(new URL("good-call-thread.ts", import.meta.url));
  const order = (given: Order): void => thread.postMessage(given, []);
  const word = (): Promise<Word> =>
    new Promise((resolve, reject) => {
      thread.once("message", resolve);
      thread.once("error", reject);
    });
  const first = await word();
  if (first.said !== "models") throw new Error(`The good call began with ${first.said}.`);
  return {
    modelUrls: first.urls,
    async dial(accounts) {
      const talking = word();
      order({ do: "dial", accounts });
      await talking;
    },
    measure: (window) => order({ do: "measure", window }),
    async end() {
      const last = word();
      order({ do: "end" });
      const { said, ...rest } = await last;
      await thread.terminate();
      if (said !== "figures" || !("figures" in rest)) throw new Error(`The good call ended with ${said}.`);
      return rest.figures;
    },
  };
}
