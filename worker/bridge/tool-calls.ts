import type { Effect } from "./effects.ts";
import type { ToolCall } from "./events.ts";
import { journal } from "./journal.ts";
import type { ToolUse } from "./transcript.ts";

type Running = { sinceMs: number; name: string; arguments: string };

/**
 * The calls of one response: the model may make several at once, and waits for all of them. A session that is gone waits
 * for nothing: whoever comes after it is told of the call, too.
 */
type Batch = { running: Map<string, Running>; hasResponseEnded: boolean; isOrphaned?: boolean };

type Finished = {
  effects: Effect[];
  calledAtMs: number;
  completedResponseId: string | undefined;
  isOrphaned: boolean;
};

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
    batch.running.set(toolCallId, { sinceMs: nowMs, name, arguments: text });
    this.#batches.set(responseId, batch);
    return [{ type: "tool.run", toolCallId, name, arguments: text }];
  }

  /** A tool has finished; gives its output's order, and the response whose calls are all answered by now. */
  finished(toolCallId: string, output: string, nowMs: number): Finished | undefined {
    const found = [...this.#batches].find(([, { running }]) => running.has(toolCallId));
    if (found === undefined) return undefined;
    const [responseId, batch] = found;
    const { sinceMs = nowMs, ...call } = batch.running.get(toolCallId) ?? { name: "", arguments: "" };
    const durationMs = Math.round(nowMs - sinceMs);
    batch.running.delete(toolCallId);
    const isOrphaned = batch.isOrphaned ?? false;
    return {
      calledAtMs: sinceMs,
      effects: [
        this.#give({ toolCallId, ...call, output }, isOrphaned),
        journal({ kind: "tool.finished", toolCallId, durationMs }),
      ],
      completedResponseId: this.#complete(responseId, batch) ? responseId : undefined,
      isOrphaned,
    };
  }

  /** The session is gone: what still runs is not run again, and its outputs go to the next. */
  modelLost(): void {
    this.#underway.clear();
    for (const [responseId, batch] of this.#batches) {
      Object.assign(batch, { hasResponseEnded: true, isOrphaned: true });
      this.#complete(responseId, batch);
    }
  }

  #give(tool: Required<ToolUse>, isOrphaned: boolean): Effect {
    const commandId = this.#nextCommandId();
    if (isOrphaned) return { type: "model.recall", commandId, items: [{ what: "tool", tool }] };
    const { toolCallId, output } = tool;
    this.#underway.set(toolCallId, commandId);
    return { type: "model.add-tool-output", commandId, toolCallId, output };
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
