/** Before anything is known of a phone: a loudspeaker's sound comes back so much quieter, at the least. */
const assumedDb = -16;
/** Echo rises and falls with the words; a caller beside it is louder than the loudest of it by more than this. */
const marginDb = 6;
/** What was believed is given up at 12 dB a second: a handset, which gives nothing back, is known after its first words. */
const decayDb = 0.25;
/** The newest frames may be the caller's, whose speech is reported late: 300 ms. */
const unsureFrames = 15;
/** Over a slow line it is reported later still: 1.5 s. */
const doubtfulFrames = 75;

/**
 * How loud a phone gives back what it plays, learned while the agent is heard and the caller is not. A handset gives
 * back nothing, so there every voice is the caller's; a speakerphone gives back a lot.
 */
export class EchoReturn {
  #gainDb = assumedDb;
  #unsure: number[] = [];
  /** What was believed at each of the last frames. */
  #earlierGainsDb: number[] = [];

  /** What may be in a frame of the caller without any voice of theirs, when up to `playedDb` may come back in it. */
  mostDb(playedDb: number): number {
    return playedDb + this.#gainDb + marginDb;
  }

  /** A frame of nobody's voice, as far as is known yet, while up to `playedDb` may come back in it. */
  heard(levelDb: number, playedDb: number): void {
    this.#unsure.push(levelDb - playedDb);
    const sure = this.#unsure.length > unsureFrames ? this.#unsure.shift() : undefined;
    if (sure === undefined) return;
    this.#earlierGainsDb = [...this.#earlierGainsDb, this.#gainDb].slice(-doubtfulFrames);
    this.#gainDb = Math.max(this.#gainDb - decayDb, sure);
  }

  /** Nothing is given back for the moment, and the newest frames stay doubtful. */
  pause(): void {
    this.#unsure = [];
  }

  /** The newest frames were the caller's: nobody's voice was as loud as they made believe. */
  callerSpoke(): void {
    this.#unsure = [];
    this.#gainDb = Math.min(this.#gainDb, ...this.#earlierGainsDb.slice(0, 1));
    this.#earlierGainsDb = [];
  }
}
