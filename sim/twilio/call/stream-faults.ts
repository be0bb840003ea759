import type { TimedFault } from "../../network/link-fault.ts";

/** A stream that begins: the call's first has the index 0. */
export type BeginningStream = { callSid: string; index: number };

/** What is to befall the next stream of a call, `atMs` from its beginning. */
export type StreamFaults = (callSid: string) => readonly TimedFault[];

/** Counts the streams of each call. */
export function streamFaults(faultsOf: (stream: BeginningStream) => readonly TimedFault[]): StreamFaults {
  const counts = new Map<string, number>();
  return (callSid) => {
    const index = counts.get(callSid) ?? 0;
    counts.set(callSid, index + 1);
    return faultsOf({ callSid, index });
  };
}
