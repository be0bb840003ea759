import type { CallerTurn } from "./caller-turn.ts";
import type { Effect } from "./effects.ts";
import type { BridgeEvent } from "./events.ts";
import { journal } from "./journal.ts";
import { Keypad } from "./keypad.ts";
import type { LeaveTaking } from "./leave-taking.ts";
import { PrivateKeys } from "./private-keys.ts";
import type { Responses } from "./turn-policy.ts";

type KeysWanted = Extract<BridgeEvent, { type: "keys.wanted" }>;
type Parts = { callerTurn: CallerTurn; responses: Responses; leaving: LeaveTaking };

/** The keys of the caller's phone: in groups to the model, or to a tool alone while that asks for them. */
export class Keys {
  readonly #parts: Parts;
  readonly #nextCommandId: () => string;
  readonly #keypad = new Keypad();
  readonly #private = new PrivateKeys();

  constructor(parts: Parts, nextCommandId: () => string) {
    this.#parts = parts;
    this.#nextCommandId = nextCommandId;
  }

  /** Whether what the caller's phone sends now is nobody else's business. */
  isPrivate(nowMs: number): boolean {
    return this.#private.isPrivate(nowMs);
  }

  /** A key was pressed: a sign of life, as a word is. */
  pressed(digit: string, isModelReady: boolean, nowMs: number): Effect[] {
    const { callerTurn, responses, leaving } = this.#parts;
    if (this.#private.isOverrun(digit, nowMs)) return leaving.callerIsThere(nowMs);
    if (this.#private.isAsking) {
      // Whoever presses keys has heard enough of what to press.
      const hush = [...callerTurn.interruptAgent(nowMs), ...responses.cancel()];
      return [...hush, ...leaving.callerIsThere(nowMs), ...this.#private.pressed(digit, nowMs)];
    }
    const { group, effects } = this.#keypad.pressed(digit, isModelReady);
    return [...effects, ...leaving.callerIsThere(nowMs), ...this.#tell(group)];
  }

  /** The group is complete, or there is somebody now to take it. */
  entered(): Effect[] {
    return this.#tell(this.#keypad.take());
  }

  /** A tool asks for keys; those of the group that is being pressed are its own. Nobody presses any who is away. */
  wanted({ toolCallId, request }: KeysWanted, isCallerThere: boolean, nowMs: number): Effect[] {
    if (!isCallerThere) return [{ type: "keys.give", toolCallId, digits: "" }];
    return this.#private.ask(toolCallId, request, this.#keypad.take() ?? "", nowMs);
  }

  /** A tool has come to its end: it wants no keys any more. */
  toolFinished(toolCallId: string, nowMs: number): Effect[] {
    return this.#private.toolFinished(toolCallId, nowMs);
  }

  /** The caller is gone, in the middle of a number perhaps: half of one is none. */
  privateLost(nowMs: number): Effect[] {
    return this.#private.lost(nowMs);
  }

  /** No more keys are coming that a tool has asked for. */
  privateEnded(nowMs: number): Effect[] {
    return this.#private.end(nowMs);
  }

  #tell(keys: string | undefined): Effect[] {
    if (keys === undefined) return [];
    const text = `I pressed these keys on my phone: ${keys}`;
    return [
      { type: "model.add-text", commandId: this.#nextCommandId(), by: "caller", text },
      ...this.#parts.responses.owe("keys"),
      journal({ kind: "caller.keys", count: keys.length }),
    ];
  }
}
