import { DurableObject } from "cloudflare:workers";
import type { Environment } from "./environment.ts";
import type { Batch, Recalled, RecordAdmission } from "./record/batch.ts";
import { type Story, callBook } from "./record/call-book.ts";
import { migrate } from "./record/schema.ts";

/**
 * The memory of one call, named by its CallSid. It is written to while the call runs, by an object that may be gone the
 * next moment, and asked by the one that goes on in its place.
 */
export class CallRecord extends DurableObject<Environment> {
  readonly #book = this.#openBook();

  append(batch: Batch): void {
    this.#book.append(batch);
  }

  admit(generation: number): RecordAdmission {
    return this.#book.admit(generation);
  }

  recall(): Recalled | undefined {
    return this.#book.recall();
  }

  /** The phone company says so, and nobody else does any more. */
  over(): void {
    this.#book.over();
  }

  story(): Story {
    return this.#book.story();
  }

  #openBook() {
    migrate(this.ctx.storage.sql);
    return callBook(this.ctx.storage.sql);
  }
}
