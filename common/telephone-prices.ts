/** The day on which these prices were read (twilio.md 7). They differ by country and by account, and change. */
export const telephonePricesAsOf = "2026-10-10";

/** What the phone company takes for a minute that has begun, in US dollars: for a local number of the United States. */
export const telephonePrices = {
  inboundUsdPerMinute: 0.0085,
  outboundUsdPerMinute: 0.014,
  /** The dearer of two figures that were seen. */
  streamUsdPerMinute: 0.0044,
} as const;
