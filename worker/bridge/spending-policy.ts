/** What a call may cost, the model and the line together, and what a minute of the line takes. */
export type SpendingPolicy = { maxUsd?: number | undefined; lineUsdPerMinute: number };

/** Which ceiling is reached: the call's own, or that of all calls in an hour, or in a day. */
export type SpendLimit = "call" | "hour" | "day";
