/** A stream must present its token this soon after its socket opened. */
export const startDeadlineMs = 5_000;

/** A live stream that has sent no frame for this long may be taken over: its phone sends 50 a second. */
const stalledAfterMs = 3_000;

/** What the call knows of its streams so far. `live` is the stream whose socket is open. */
export type StreamHistory = { highestGeneration: number; live: { lastFrameAtMs: number } | undefined };

export type Admission =
  | { admitted: true }
  | { admitted: false; reason: "token already used" | "another stream of this call is live" };

/** Whether a stream with a valid token of this generation may carry the call. A token is spent by being admitted. */
export function admitStream(generation: number, history: StreamHistory, nowMs: number): Admission {
  if (generation <= history.highestGeneration) return { admitted: false, reason: "token already used" };
  if (history.live !== undefined && nowMs - history.live.lastFrameAtMs < stalledAfterMs)
    return { admitted: false, reason: "another stream of this call is live" };
  return { admitted: true };
}
