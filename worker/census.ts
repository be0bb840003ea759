/** What a call holds open; all zero once it is over. */
export type Census = { streamCount: number; modelLegCount: number; timerCount: number };
