import type { Minutes } from "./minutes.ts";
import { type Remembered, recollect } from "./remembered.ts";
import type { Loss } from "./return-note.ts";
import type { TalkParts } from "./talk-parts.ts";
import type { Line } from "./transcript.ts";
import type { Unanswered } from "./unanswered.ts";

/** How a talk stands: what was said in it, what of that is settled, and what would be lost. It changes nothing. */
export class Standing {
  readonly #parts: TalkParts;
  readonly #minutes: Minutes;
  readonly #unanswered: Unanswered;

  constructor(parts: TalkParts, minutes: Minutes, unanswered: Unanswered) {
    this.#parts = parts;
    this.#minutes = minutes;
    this.#unanswered = unanswered;
  }

  /** What a session that opens now is to know, but for what it knows. The turn that it will hear for itself is not told. */
  history(knows: ReadonlySet<string> = new Set()): Remembered[] {
    const { itemIds } = this.#unanswered;
    return recollect(this.#minutes.lines.filter(({ itemId }) => !knows.has(itemId) && !itemIds.has(itemId)));
  }

  /** Of what was said that of which nothing is open any more. */
  settledLines(): Line[] {
    const { itemIds } = this.#unanswered;
    return this.#minutes.lines.filter((line) => isSettled(line) && !itemIds.has(line.itemId));
  }

  /** Whether nobody speaks or is about to, or nothing is being generated at least. */
  momentAt(nowMs: number): "quiet" | "between" | "busy" {
    const { responses, tools, playback } = this.#parts;
    if (responses.isBusy || tools.runningCount > 0 || this.#unanswered.itemIds.size > 0) return "busy";
    return playback.queuedMs(nowMs) > 0 ? "between" : "quiet";
  }

  /** What of the caller's turn is lost if nobody hears it again. */
  get turnLoss(): Loss {
    const { itemIds } = this.#unanswered;
    if (itemIds.size === 0) return "nothing";
    const lines = this.#minutes.lines.filter(({ itemId }) => itemIds.has(itemId));
    const isWrittenDown = lines.length === itemIds.size && lines.every(({ hearing }) => hearing.name !== "pending");
    return isWrittenDown ? "unsaid" : "unheard";
  }

  /** What is lost if all that is under way ends now, with whoever knows of it. */
  lossAt(nowMs: number): Loss {
    const { responses, tools, playback } = this.#parts;
    if (playback.queuedMs(nowMs) > 0) return "cut-off";
    const { turnLoss } = this;
    if (turnLoss !== "nothing") return turnLoss;
    return responses.isBusy || tools.runningCount > 0 ? "unsaid" : "nothing";
  }
}

const isSettled = ({ hearing, tool }: Line): boolean =>
  hearing.name !== "pending" && (tool === undefined || tool.output !== undefined);
