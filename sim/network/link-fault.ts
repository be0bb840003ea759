/**
 * What can befall a connection, whatever is said on it. `way` is the stand-in's: what it sends, which is so unless told
 * otherwise, or what it receives. `count` is how many messages from now on; one, without.
 */
export type LinkFault =
  /** It is gone without a close frame: both ends see 1006. */
  | { type: "drop" }
  | { type: "close"; code: number; reason: string }
  /** It stays open, and nothing goes either way for so long; then everything at once, or never. */
  | { type: "stall"; forMs: number | "ever" }
  /** Every message takes longer, both ways and in order. */
  | { type: "slow"; delayMs: number; jitterMs: number; forMs: number | "ever" }
  /** A message loses its second half, or some of its characters are others. */
  | { type: "corrupt"; how: "cut" | "garbled"; way?: Way; count?: number }
  /** A message comes twice. */
  | { type: "duplicate"; way?: Way; count?: number };

/** One that befalls it so long after the connection, or the session on it, has begun. */
export type TimedFault = LinkFault & { atMs: number };

export type Way = "sent" | "received";
