import type { Effect } from "./effects.ts";
import type { TurnPolicyName } from "./events.ts";

/** So long before a session ends by itself the next one is opened: time enough for a quiet moment to come. */
const leadMs = 90_000;
/** So long before it, any moment will do in which nothing is being generated. */
const pressingMs = 10_000;
/** How often a quiet moment is looked for, and a session that could not be had is tried again. */
const lookMs = 200;
const retryMs = 5_000;
/** One that is not ready by then never will be. */
const openDueMs = 10_000;

type Next =
  | { name: "none" }
  | { name: "opening"; sinceMs: number; configureId?: string; turns?: TurnPolicyName | undefined }
  | { name: "ready"; turns: TurnPolicyName | undefined; expiresAtMs: number | undefined };

const look = (afterMs: number): Effect => ({ type: "timer.set", timer: "rollover", afterMs });

/**
 * A session lasts an hour, nothing warns of its end, and it cannot be taken up again (openai.md A9). So the next one is
 * opened and told of everything while this one still talks, and takes its place when nobody speaks.
 */
export class Rollover {
  #expiresAtMs: number | undefined;
  #next: Next = { name: "none" };
  #toldIds: ReadonlySet<string> = new Set();

  /** A session begins, and ends by itself at this time, if that is known. */
  begin(expiresAtMs: number | undefined, nowMs: number): Effect[] {
    this.#next = { name: "none" };
    this.#expiresAtMs = expiresAtMs;
    const lifeMs = (expiresAtMs ?? 0) - nowMs;
    return lifeMs > 0 ? [look(Math.max(lifeMs - leadMs, lifeMs / 2))] : [];
  }

  /** The session is gone, and so is what was to follow it. */
  end(): Effect[] {
    this.#next = { name: "none" };
    this.#expiresAtMs = undefined;
    return [{ type: "timer.clear", timer: "rollover" }];
  }

  /** Whether another session could take over this very moment. */
  get isReady(): boolean {
    return this.#next.name === "ready";
  }

  /** What the next session was told already, by its lines' items. */
  get toldIds(): ReadonlySet<string> {
    return this.#toldIds;
  }

  /** The next session is open: whether it is to be configured, by this command, and told of these items. */
  opened(commandId: string, turns: TurnPolicyName | undefined, toldIds: ReadonlySet<string>): boolean {
    if (this.#next.name !== "opening") return false;
    this.#next = { ...this.#next, configureId: commandId, turns };
    this.#toldIds = toldIds;
    return true;
  }

  ready(expiresAtMs: number | undefined): void {
    if (this.#next.name === "opening") this.#next = { name: "ready", turns: this.#next.turns, expiresAtMs };
  }

  /** Whether this command has configured it. */
  isConfiguredBy(commandId: string): boolean {
    return this.#next.name === "opening" && this.#next.configureId === commandId;
  }

  /** It cannot be had, or is gone before its time. */
  failed(): Effect[] {
    if (this.#next.name === "none") return [];
    this.#next = { name: "none" };
    return [look(retryMs)];
  }

  /** It is time to look: opens the next session, or says that it should take over now. */
  looked(moment: "quiet" | "between" | "busy", nowMs: number): Effect[] | "swap" {
    if (this.#expiresAtMs === undefined) return [];
    if (this.#next.name === "none") {
      this.#next = { name: "opening", sinceMs: nowMs };
      return [{ type: "model.open-next" }, look(lookMs)];
    }
    if (this.#next.name === "opening" && nowMs - this.#next.sinceMs > openDueMs) return this.failed();
    const isPressing = this.#expiresAtMs - nowMs <= pressingMs;
    const mayTakeOver = moment === "quiet" || (moment === "between" && isPressing);
    return this.#next.name === "ready" && mayTakeOver ? "swap" : [look(lookMs)];
  }

  /** It takes over: how it takes turns, and until when it lasts. */
  taken(): { turns: TurnPolicyName | undefined; expiresAtMs: number | undefined } {
    const next = this.#next;
    this.#next = { name: "none" };
    return next.name === "ready" ? next : { turns: undefined, expiresAtMs: undefined };
  }
}
