/** A frame of 20 ms whose first bytes say whose and which it is: base64 that no two frames share. */
export function numberedFrame(call: number, sequence: number): string {
  const bytes = Buffer.alloc(160, 0xff);
  bytes.writeUInt32BE(call, 0);
  bytes.writeUInt32BE(sequence, 4);
  return bytes.toString("base64");
}

/** Times of frames on their way: sent here, arrived there, in milliseconds of one process's clock. */
export type Flight = {
  sent(frame: string): void;
  arrived(frame: string): void;
  readonly latenciesMs: number[];
  /** Frames that were sent and have not arrived. */
  readonly missingCount: number;
  /** Frames that arrived twice, or were never sent. */
  readonly strangeCount: number;
};

export function flight(): Flight {
  const underway = new Map<string, number>();
  const latenciesMs: number[] = [];
  let strangeCount = 0;
  return {
    sent: (frame) => void underway.set(frame, performance.now()),
    arrived(frame) {
      const sentAtMs = underway.get(frame);
      if (sentAtMs === undefined) strangeCount += 1;
      else latenciesMs.push(performance.now() - sentAtMs);
      underway.delete(frame);
    },
    latenciesMs,
    get missingCount() {
      return underway.size;
    },
    get strangeCount() {
      return strangeCount;
    },
  };
}

/**
 * Runs every stream at 50 frames a second for so many frames, without drift. Each has a phase of its own within the
 * 20 ms, as real calls have: they did not all begin in the same instant.
 */
export function paced(frameCount: number, streams: readonly ((sequence: number) => void)[]): Promise<void> {
  return new Promise((resolve) => {
    const startMs = performance.now();
    const total = frameCount * streams.length;
    const spacingMs = 20 / streams.length;
    let sent = 0;
    function sendDue(): void {
      for (; sent < total && performance.now() - startMs >= sent * spacingMs; sent += 1)
        streams[sent % streams.length]?.(Math.floor(sent / streams.length));
      if (sent < total) setTimeout(sendDue, 1);
      else resolve();
    }
    sendDue();
  });
}
