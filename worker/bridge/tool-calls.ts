import type { Effect } from "./effects.ts";
import type { ToolCall } from "./events.ts";
import { journal } from "./journal.ts";

/** The calls of one response: the model may make several at once, and waits for all of them. */
type Batch = { running: Map<string, { sinceMs: number }>; hasResponseEnded: boolean };

type Finished = { effects: Effect[]; calledAtMs: number; completedResponseId: string | undefined };

/**
 * The tools that the model has called. Each call gets exactly one output, in whatever order they finish; when all of
 * a response are answered and it has ended, the model is owed one continuation (openai.md A6).
 */
export class ToolCalls {
  readonly #nextCommandId: () => string;
  readonly #batches = new Map<string, Batch>();
  /** Outputs on their way, with the command that carries each: a response that starts now may not have seen them. */
  readonly #underway = new Map<string, string>();

  constructor(nextCommandId: () => string) {
    this.#nextCommandId = nextCommandId;
  }

  /** How many tools run. */
  get runningCount(): number {
    return [...this.#batches.values()].reduce((count, { running }) => count + running.size, 0);
  }

  /** Whether the model has every output that was sent. */
  get areOutputsTaken(): boolean {
    return this.#underway.size === 0;
  }

  /** The model has an output. */
  taken(toolCallId: string): void {
    this.#underway.delete(toolCallId);
  }

  /** The model refused a command: an output that it carried is not on its way any more. */
  refused(commandId: string): void {
    for (const [toolCallId, carrier] of this.#underway) if (carrier === commandId) this.#underway.delete(toolCallId);
  }

  /** A call is complete: the tool runs at once, while the response goes on. */
  called({ responseId, toolCallId, name, arguments: text }: ToolCall, nowMs: number): Effect[] {
    const batch = this.#batches.get(responseId) ?? { running: new Map(), hasResponseEnded: false };
    if (batch.running.has(toolCallId)) return [];
    batch.running.set(toolCallId, { sinceMs: nowMs });
    this.#batches.set(responseId, batch);
    return [{ type: "tool.run", toolCallId, name, arguments: text }];
  }

  /** A tool has finished; gives its output's order, and the response whose calls are all answered by now. */
  finished(toolCallId: string, output: string, nowMs: number): Finished | undefined {
    const found = [...this.#batches].find(([, { running }]) => running.has(toolCallId));
    if (found === undefined) return undefined;
    const [responseId, batch] = found;
    const calledAtMs = batch.running.get(toolCallId)?.sinceMs ?? nowMs;
    const durationMs = Math.round(nowMs - calledAtMs);
    batch.running.delete(toolCallId);
    const commandId = this.#nextCommandId();
    this.#underway.set(toolCallId, commandId);
    return {
      calledAtMs,
      effects: [
        { type: "model.add-tool-output", commandId, toolCallId, output },
        journal({ kind: "tool.finished", toolCallId, durationMs }),
      ],
      completedResponseId: this.#complete(responseId, batch) ? responseId : undefined,
    };
  }

  /** Whether the response has called tools that are not all answered yet. */
  has(responseId: string): boolean {
    return this.#batches.has(responseId);
  }

  /** A response has ended; whether all its calls are answered, and it had some. */
  responseEnded(responseId: string): boolean {
    const batch = this.#batches.get(responseId);
    if (batch === undefined) return false;
    batch.hasResponseEnded = true;
    return this.#complete(responseId, batch);
  }

  #complete(responseId: string, { running, hasResponseEnded }: Batch): boolean {
    if (running.size > 0 || !hasResponseEnded) return false;
    this.#batches.delete(responseId);
    return true;
  }
}
