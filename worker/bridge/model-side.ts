import { isRefusal } from "./close-codes.ts";
import type { Effect } from "./effects.ts";
import type { BridgeEvent, TurnPolicyName } from "./events.ts";
import { journal } from "./journal.ts";
import { ModelGate } from "./model-gate.ts";
import { ModelLine } from "./model-line.ts";
import { recollect } from "./remembered.ts";
import { Rollover } from "./rollover.ts";
import type { Talk } from "./talk.ts";
import type { Line } from "./transcript.ts";

/** A caller who hears nothing for so long is told to wait. */
const momentAfterMs = 1_200;

const nothing: Effect[] = [];

/** Why a model is gone; `isMeant`: it, or its vendor, does not want to go on. */
export type ModelLoss = { reason: string; isMeant?: boolean };

/** What an event of the model's leg says of its end. */
export function lossIn(event: Extract<BridgeEvent, { type: "model.failed" | "model.closed" }>): ModelLoss {
  if (event.type === "model.failed") return { reason: `model failed: ${event.reason}`, isMeant: true };
  return { reason: `model closed ${event.code} ${event.reason}`.trimEnd(), isMeant: isRefusal(event.code) };
}

/** The model's side of a call: its leg's life, and what the talk has to do with it. */
export class ModelSide {
  readonly #talk: Talk;
  readonly #nextCommandId: () => string;
  readonly #line: ModelLine;
  readonly #gate: ModelGate;
  readonly #rollover = new Rollover();

  /** `hasBeenThere`: another object has talked with one in this call. */
  constructor(talk: Talk, nextCommandId: () => string, silentMs: number | undefined, hasBeenThere: boolean) {
    this.#talk = talk;
    this.#nextCommandId = nextCommandId;
    this.#line = new ModelLine(silentMs, hasBeenThere);
    this.#gate = new ModelGate((itemId) => talk.unheardOf(itemId));
  }

  get isReady(): boolean {
    return this.#line.isReady;
  }

  /** Whether there is one, or is to be. */
  get isThere(): boolean {
    return this.#line.isThere;
  }

  /** Whether there was one in this call: then there may be another. */
  get hasBeenReady(): boolean {
    return this.#line.hasBeenReady;
  }

  /** The orders as the model can take them. */
  pass(effects: Effect[]): Effect[] {
    return this.#gate.pass(effects);
  }

  /** Notes that it lives. */
  notice(event: BridgeEvent, nowMs: number): void {
    if (event.type.startsWith("model.")) this.#line.heardFrom(nowMs);
    if (event.type === "model.audio") this.#line.spoke(nowMs);
  }

  /** Nobody talks with it yet: it is made ready. */
  open(nowMs: number): Effect[] {
    return this.#line.open(nowMs);
  }

  /** Somebody wants to talk with it. */
  wanted(nowMs: number): Effect[] {
    return [...this.#line.open(nowMs), ...this.#line.awaited()];
  }

  /** Its session is open: it is told who it is, and what was said before. */
  opened(turns: TurnPolicyName | undefined): Effect[] {
    const commandId = this.#nextCommandId();
    if (!this.#line.opened(commandId)) return nothing;
    this.#talk.attendance.modelOpened(turns);
    this.#gate.configured(idsOf(this.#talk.lines));
    return [{ type: "model.configure", commandId, history: this.#talk.attendance.standing.history() }];
  }

  /** Whether a refused command was the one that configures the session. */
  isConfiguredBy(commandId: string): boolean {
    return this.#line.isConfiguredBy(commandId);
  }

  /** It can be talked with, until its session ends by itself. */
  ready(expiresAtMs: number | undefined, nowMs: number): Effect[] {
    const ready = this.#line.ready(nowMs);
    if (ready === undefined) return nothing;
    return [
      ...ready.effects,
      ...this.#rollover.begin(expiresAtMs, nowMs),
      ...this.#gate.open(),
      ...this.#talk.attendance.modelReady(nowMs),
      journal({ kind: "model.ready", afterMs: Math.round(nowMs - ready.sinceMs) }),
    ];
  }

  /** The caller speaks or waits, and it says nothing: is it there? */
  doubted(nowMs: number): Effect[] {
    return this.#line.doubted(nowMs, this.#nextCommandId);
  }

  /** It is time to look whether it is still there. */
  watched(nowMs: number): Effect[] | "stalled" {
    return this.#line.watched(this.#nextCommandId(), nowMs);
  }

  /** It is gone, and nobody needs it now: it is had again when somebody comes. */
  gone(reason: string, nowMs: number): Effect[] {
    return [...this.#goes(reason, nowMs), ...this.#rollover.end(), ...this.#line.gone()];
  }

  /** It is gone in the middle of the talk: gives the orders to have it again, with whether there is any hope. */
  lost({ reason, isMeant = false }: ModelLoss, nowMs: number): { effects: Effect[]; isHopeless: boolean } {
    const goes = this.#goes(reason, nowMs);
    if (this.#rollover.isReady) return { effects: [...goes, ...this.#takeNext(nowMs)], isHopeless: false };
    const ended = this.#rollover.end();
    const again = this.#line.lost(isMeant, nowMs);
    return { effects: [...goes, ...ended, ...again.effects], isHopeless: again.isHopeless };
  }

  /** The caller waits for it. */
  awaited(): Effect[] {
    return [...this.#line.awaited(), { type: "timer.set", timer: "model-moment", afterMs: momentAfterMs }];
  }

  /** Nobody waits for it any more. */
  unawaited(): Effect[] {
    return this.#line.unawaited();
  }

  /** The call is over. */
  close(): Effect[] {
    return [...this.#rollover.end(), ...this.#line.gone()];
  }

  /** The session that is to follow is open: it is told who it is, and what was said so far. */
  nextOpened(turns: TurnPolicyName | undefined): Effect[] {
    const commandId = this.#nextCommandId();
    const told = this.#talk.attendance.standing.settledLines();
    if (!this.#rollover.opened(commandId, turns, idsOf(told))) return nothing;
    return [{ type: "model.configure", to: "next", commandId, history: recollect(told) }];
  }

  nextReady(expiresAtMs: number | undefined): void {
    this.#rollover.ready(expiresAtMs);
  }

  /** `refusedId`: a command that it has refused; only the one that configures it matters. */
  nextFailed(refusedId: string | undefined): Effect[] {
    return refusedId === undefined || this.#rollover.isConfiguredBy(refusedId) ? this.#rollover.failed() : nothing;
  }

  /** The session ends soon: another one is had, and takes its place when nobody speaks. */
  rollOver(nowMs: number): Effect[] {
    const looked = this.#rollover.looked(this.#talk.attendance.standing.momentAt(nowMs), nowMs);
    if (looked !== "swap") return looked;
    const left = this.#talk.attendance.modelLost(nowMs);
    return [...left, ...this.#takeNext(nowMs), journal({ kind: "model.rolled-over" })];
  }

  /** The next session knows what was said until it was opened; now it learns the rest, and is talked with. */
  #takeNext(nowMs: number): Effect[] {
    const { toldIds } = this.#rollover;
    const { turns, expiresAtMs } = this.#rollover.taken();
    const rest = this.#talk.attendance.standing.history(toldIds);
    this.#talk.attendance.modelOpened(turns);
    this.#gate.configured(idsOf(this.#talk.lines));
    const recall: Effect = { type: "model.recall", commandId: this.#nextCommandId(), items: rest };
    return [
      { type: "model.swap" },
      ...this.#line.swapped(nowMs),
      ...this.#gate.open(),
      ...(rest.length === 0 ? nothing : [recall]),
      ...this.#talk.attendance.modelReady(nowMs),
      ...this.#rollover.begin(expiresAtMs, nowMs),
    ];
  }

  #goes(reason: string, nowMs: number): Effect[] {
    const effects = this.#talk.attendance.modelLost(nowMs);
    this.#gate.close();
    return [...effects, journal({ kind: "model.lost", reason })];
  }
}

const idsOf = (lines: readonly Line[]): ReadonlySet<string> => new Set(lines.map(({ itemId }) => itemId));
