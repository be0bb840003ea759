/** A model's item that the caller did not hear in full: heard up to `audioEndMs` of the `sentMs` sent. */
export type Cut = { itemId: string; audioEndMs: number; sentMs: number };

/**
 * What an interruption finds: nothing was playing, or these items were cut, by all that is known of it here. `mark` is to
 * be sent just before the clear, which echoes it: that tells where the phone really was.
 */
export type Interruption = { wasPlaying: false } | { wasPlaying: true; cuts: Cut[]; mark: string };

/** What an echo proves: that an item was heard in full, or where the last interruption cut. */
export type Echo = { heard: { itemId: string; audioMs: number } } | { cuts: Cut[] };

/** One of the model's items on the way to the ear. `startMs` is where it begins in its generation. */
type Item = { itemId: string; startMs: number; sentMs: number };

/** The phone had played `positionMs` at `streamMs` of its own time. */
type Proof = { positionMs: number; streamMs: number };

/** What was queued when the caller interrupted, and where that is reckoned to have cut it. */
type Interrupted = Interruption & { wasPlaying: true } & {
  items: Item[];
  fromMs: number;
  sentMs: number;
  proof: Proof | undefined;
};

/** A mark sent and not echoed yet; `item` when it ends one. */
type Mark = { name: string; positionMs: number; endOf?: Item } | { name: string; probeSentAtMs: number };

/** About one mark a second, and one behind the first audio: one for each delta is reported to disturb playback. */
const markSpacingMs = 1000;
/** Two marks may travel at different speeds, and a frame is played whole: so much is no contradiction. */
const slackMs = 60;
/** A phone plays whole frames: one that has begun is heard to its end, whatever is cleared meanwhile. */
const frameMs = 20;
/** The newest of many marks still counts for this much: jitter is averaged away, a drift is followed. */
const leastGain = 0.35;
/** While nothing plays, marks disturb nothing: a jittery network is known after a second of the greeting's silence. */
const eagerProbes = { count: 30, spacingMs: 60 };
const probeSpacingMs = 500;
/** An echo this far off is no jitter: playback stalled, and the echo is believed at once. */
const stallMs = 100;

/**
 * The ledger of what the caller has heard. Audio sent is not audio heard: the phone company keeps minutes of it. All
 * positions are milliseconds of audio since the last clear (a *generation*), and all are "as a clear sent now would
 * find them": a clear travels as long as the audio did, so a clock started when audio was sent into an empty buffer
 * needs no latency added; an echoed mark, which has travelled both ways, needs the round trip.
 *
 * That is what can be known at once. Where an interruption cut is known exactly a round trip later: the phone plays a
 * frame for each frame of the caller that it sends, so between two echoes it has played as much as its own time has
 * advanced, whatever the network, or a stall, did to either.
 */
export class Playback {
  #generation = 1;
  #probeCount = 0;
  #lastProbeMs = 0;
  #sentMs = 0;
  #lastMarkMs = 0;
  /** At `atMs` the phone had played `positionMs`: a mean of so many measurements. */
  #anchor = { positionMs: 0, atMs: 0, measurements: 0 };
  /** Where audio last met an empty buffer: the phone's frames are counted from here. */
  #restart = { positionMs: 0, atMs: Number.NaN };
  #items: Item[] = [];
  #marks: Mark[] = [];
  #proof: Proof | undefined;
  #interrupted: Interrupted | undefined;
  readonly #roundTrip = runningMean();

  /** The measured time for a mark to reach the phone and come back; 0 until measured. */
  get roundTripMs(): number {
    return this.#roundTrip.mean ?? 0;
  }

  /** A new stream: nothing is queued on it, and nothing of an older one will be told. */
  begin(nowMs: number): void {
    this.#newGeneration(nowMs);
    this.#interrupted = undefined;
    this.#probeCount = 0;
  }

  /** How much of what was sent in this generation has been heard, in milliseconds. */
  heardMs(nowMs: number): number {
    // On average half of the frame that is being played is still to come, and will be heard.
    const byClock = this.#reckonedMs(nowMs) + frameMs / 2;
    return Math.max(this.#restart.positionMs, Math.min(this.#sentMs, byClock, this.#limitOfMarks()));
  }

  /** How much of each item that is playing was heard, in milliseconds. */
  playing(nowMs: number): ReadonlyMap<string, number> {
    const heardMs = this.heardMs(nowMs);
    return new Map(this.#items.map(({ itemId, startMs }) => [itemId, Math.max(0, Math.round(heardMs - startMs))]));
  }

  /** How much of what was sent waits to be heard, in milliseconds. */
  queuedMs(nowMs: number): number {
    return this.#sentMs - this.heardMs(nowMs);
  }

  /** Measures the round trip: an order to send this mark now, while nothing is queued. */
  probe(nowMs: number): string {
    this.#probeCount += 1;
    this.#lastProbeMs = nowMs;
    const name = `${this.#generation}:probe:${this.#probeCount}`;
    this.#marks.push({ name, probeSentAtMs: nowMs });
    return name;
  }

  /** The same while nothing plays, when it is due: often as long as little is known, then now and then. */
  probeWhileSilent(nowMs: number): string | undefined {
    const spacingMs = this.#probeCount < eagerProbes.count ? eagerProbes.spacingMs : probeSpacingMs;
    return this.isSilent(nowMs) && nowMs - this.#lastProbeMs >= spacingMs ? this.probe(nowMs) : undefined;
  }

  /** Whether the buffer is certainly empty, so that a probe would be echoed at once. */
  isSilent(nowMs: number): boolean {
    return this.queuedMs(nowMs) === 0 && this.#marks.every((mark) => "probeSentAtMs" in mark);
  }

  /** Books audio of an item as sent; gives the name of the mark to send after it, when one is due. */
  sent(itemId: string, durationMs: number, nowMs: number): string | undefined {
    if (this.queuedMs(nowMs) === 0) this.#startAnew(itemId, nowMs);
    const item = this.#itemFor(itemId);
    item.sentMs += durationMs;
    this.#sentMs += durationMs;
    if (this.#sentMs - this.#lastMarkMs < markSpacingMs && this.#lastMarkMs > this.#restart.positionMs)
      return undefined;
    return this.#mark(item);
  }

  /** Books that an item has no more audio; gives the name of its end mark, unless none of it was sent. */
  ended(itemId: string): string | undefined {
    const item = this.#items.find((candidate) => candidate.itemId === itemId);
    return item && this.#mark(item, item);
  }

  /**
   * Books an echoed mark that came at `nowMs`, and without jitter would have come at `arrivalMs`; `streamMs` is the
   * phone's own time of its newest frame, NaN when it has none. Gives what the echo proves, if anything.
   */
  marked(name: string, nowMs: number, arrivalMs = nowMs, streamMs = Number.NaN): Echo | undefined {
    const index = this.#marks.findIndex((mark) => mark.name === name);
    const mark = this.#marks[index];
    // Not ours, echoed twice, or of an older generation: a clear echoes every pending mark, which proves nothing.
    if (mark === undefined) return undefined;
    this.#marks.splice(0, index + 1);
    if ("probeSentAtMs" in mark) {
      this.#roundTrip.add(nowMs - mark.probeSentAtMs);
      // The audio that was sent with it began to play with the phone's next frame.
      if (mark.probeSentAtMs === this.#restart.atMs) {
        this.#correct(this.#restart.positionMs + this.roundTripMs - frameMs / 2, nowMs);
        this.#proof = { positionMs: this.#restart.positionMs, streamMs };
      }
      return this.#interrupted?.mark === name ? this.#settle(this.#interrupted, streamMs) : undefined;
    }
    // An echo from before the clock was last set tells nothing about it.
    if (mark.positionMs > this.#restart.positionMs) {
      this.#correct(this.#endOfFrame(mark.positionMs) + this.roundTripMs, arrivalMs);
      // The next frame may have begun by then, or be about to.
      this.#proof = { positionMs: this.#endOfFrame(mark.positionMs) + frameMs / 2, streamMs };
    }
    if (mark.endOf === undefined) return undefined;
    const { itemId, sentMs } = mark.endOf;
    this.#items = this.#items.filter((item) => item.itemId !== itemId);
    return { heard: { itemId, audioMs: sentMs } };
  }

  /** The caller speaks over playback: books that everything queued is dropped. */
  interrupt(nowMs: number): Interruption {
    const heardMs = this.heardMs(nowMs);
    if (heardMs >= this.#sentMs && !this.#isMarkOverdue(nowMs)) return { wasPlaying: false };
    const before = { items: this.#items, fromMs: this.#restart.positionMs, sentMs: this.#sentMs, proof: this.#proof };
    this.#newGeneration(nowMs);
    const interruption = { wasPlaying: true, cuts: cutsAt(heardMs, before.items), mark: this.probe(nowMs) } as const;
    this.#interrupted = { ...interruption, ...before };
    return interruption;
  }

  /** The echo that a clear caused has come: the phone has played as much since its last proof as its time has advanced. */
  #settle({ cuts, items, fromMs, sentMs, proof }: Interrupted, streamMs: number): Echo {
    this.#interrupted = undefined;
    const heardMs = proof === undefined ? Number.NaN : proof.positionMs + streamMs - proof.streamMs;
    // A phone without a time of its own, or one that has proven nothing yet.
    if (Number.isNaN(heardMs)) return { cuts };
    return { cuts: cutsAt(Math.max(fromMs, Math.min(heardMs, sentMs)), items) };
  }

  /** How much of an item was sent in this generation, in milliseconds. */
  sentOf(itemId: string): number {
    return this.#items.find((item) => item.itemId === itemId)?.sentMs ?? 0;
  }

  /** Audio sent into an empty buffer starts the clock anew, and all items before it have been heard. */
  #startAnew(itemId: string, nowMs: number): void {
    // The phone's next frame begins, on average, half a frame from now.
    this.#anchor = { positionMs: this.#sentMs, atMs: nowMs + frameMs / 2, measurements: 1 };
    this.#restart = { positionMs: this.#sentMs, atMs: nowMs };
    this.#items = this.#items.filter((item) => item.itemId === itemId);
    this.#proof = undefined;
  }

  #newGeneration(nowMs: number): void {
    this.#generation += 1;
    this.#sentMs = 0;
    this.#lastMarkMs = 0;
    this.#anchor = { positionMs: 0, atMs: nowMs, measurements: 0 };
    this.#restart = { positionMs: 0, atMs: Number.NaN };
    this.#items = [];
    this.#marks = [];
    this.#proof = undefined;
  }

  #itemFor(itemId: string): Item {
    const existing = this.#items.find((item) => item.itemId === itemId);
    if (existing) return existing;
    const item: Item = { itemId, startMs: this.#sentMs, sentMs: 0 };
    this.#items.push(item);
    return item;
  }

  #mark(item: Item, endOf?: Item): string {
    this.#lastMarkMs = this.#sentMs;
    const name = `${this.#generation}:${item.itemId}:${Math.round(item.sentMs)}${endOf ? ":end" : ""}`;
    this.#marks.push({ name, positionMs: item.startMs + item.sentMs, ...(endOf && { endOf }) });
    return name;
  }

  /** A mark that has not come back has not been reached: playback stalled, whatever the clock says. */
  #limitOfMarks(): number {
    if (this.#roundTrip.mean === undefined) return Infinity; // This phone has echoed nothing yet: only the clock is known.
    const next = this.#marks.find((mark) => "positionMs" in mark);
    return next && "positionMs" in next ? next.positionMs + this.#roundTrip.mean + slackMs : Infinity;
  }

  /** A mark is echoed when the frame that holds the last of its audio has been played. */
  #endOfFrame(positionMs: number): number {
    return this.#restart.positionMs + Math.ceil((positionMs - this.#restart.positionMs) / frameMs) * frameMs;
  }

  #reckonedMs(nowMs: number): number {
    return this.#anchor.positionMs + (nowMs - this.#anchor.atMs);
  }

  /** A mark should have come back by now and has not: whatever the clock says, the phone may still be playing. */
  #isMarkOverdue(nowMs: number): boolean {
    const next = this.#marks.find((mark) => "positionMs" in mark);
    return this.#reckonedMs(nowMs) > this.#limitOfMarks() && next !== undefined;
  }

  #correct(measuredMs: number, nowMs: number): void {
    const reckonedMs = this.#reckonedMs(nowMs);
    const errorMs = measuredMs - reckonedMs;
    const isStall = Math.abs(errorMs) > stallMs;
    const measurements = isStall ? 1 : this.#anchor.measurements + 1;
    const gain = isStall ? 1 : Math.max(leastGain, 1 / measurements);
    this.#anchor = { positionMs: reckonedMs + errorMs * gain, atMs: nowMs, measurements };
  }
}

/** The cut of each item that was not heard in full. Never more than was sent: the model refuses that. */
const cutsAt = (heardMs: number, items: Item[]): Cut[] =>
  items
    .filter((item) => item.startMs + item.sentMs > heardMs)
    .map(({ itemId, startMs, sentMs }) => ({
      itemId,
      audioEndMs: Math.floor(Math.max(0, heardMs - startMs)),
      sentMs,
    }));

/** A mean that all samples share, until the newest counts for a fiftieth: so a route that changes is followed. */
function runningMean() {
  const leastWeight = 0.02;
  let count = 0;
  let mean: number | undefined;
  return {
    get mean() {
      return mean;
    },
    add(sample: number): void {
      count += 1;
      mean = mean === undefined ? sample : mean + (sample - mean) * Math.max(leastWeight, 1 / count);
    },
  };
}
