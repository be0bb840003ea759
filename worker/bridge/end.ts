/** What should follow the stream: nothing but a goodbye, or the ladder for when nothing can be said. */
export type Verdict = "hang-up" | "fallback";

/** How an ended call came to its end: the verdict, and the reason in a few words. */
export type End = { verdict: Verdict; reason: string };
