import type { CallerTurn } from "./caller-turn.ts";
import type { Effect } from "./effects.ts";
import { journal } from "./journal.ts";
import type { LeaveTaking } from "./leave-taking.ts";
import type { MachinePolicy } from "./machine-policy.ts";
import { instructionsFor } from "./options.ts";
import type { Responses } from "./turn-policy.ts";

type Parts = { responses: Responses; callerTurn: CallerTurn; leaving: LeaveTaking };

/** An answering machine at the far end: nobody listens, and nobody is talked with. */
export class Machine {
  readonly #policy: MachinePolicy;
  readonly #parts: Parts;
  #reported: "machine" | "fax" | undefined;
  #isListening: boolean;

  /** `isListening`: one has been met before, by another object. */
  constructor(policy: MachinePolicy, parts: Parts, isListening = false) {
    this.#policy = policy;
    this.#parts = parts;
    this.#isListening = isListening;
  }

  /** Whether a machine listens: what it says is no speech, and interrupts nobody. */
  get isListening(): boolean {
    return this.#isListening;
  }

  /** The phone company says who answered; `unknown` is no machine (twilio.md 4.2). */
  reported(who: "person" | "machine" | "fax" | "unknown"): void {
    if (who === "machine" || who === "fax") this.#reported = who;
  }

  /** A machine that was reported is met once the conversation has begun. */
  meet(isTalking: boolean, nowMs: number): Effect[] {
    return isTalking && this.#reported !== undefined ? this.answered(this.#reported, nowMs) : [];
  }

  /** A machine has picked up, and has said what it had to say; a fax has nothing to hear. Twice is once. */
  answered(who: "machine" | "fax", nowMs: number): Effect[] {
    if (this.#isListening) return [];
    this.#isListening = true;
    const { responses, callerTurn } = this.#parts;
    const policy: MachinePolicy = who === "fax" ? { do: "hang-up" } : this.#policy;
    return [
      journal({ kind: "machine", does: policy.do }),
      ...callerTurn.interruptAgent(nowMs),
      ...responses.answerNobody(),
      ...this.#treat(policy, nowMs),
    ];
  }

  #treat(policy: MachinePolicy, nowMs: number): Effect[] {
    const { responses, leaving } = this.#parts;
    if (policy.do === "hang-up")
      return leaving.leaveNow({ verdict: "hang-up", say: "", reason: "a machine answered" }, nowMs);
    if (policy.by === "phone-company")
      return leaving.leaveNow({ verdict: "hang-up", say: policy.text, reason: "a message was left" }, nowMs);
    return [
      ...responses.request({ instructions: instructionsFor.message(policy.text), insists: true }),
      ...leaving.messageLeft(nowMs),
    ];
  }
}
