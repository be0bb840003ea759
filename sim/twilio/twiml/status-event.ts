/** The moments of a call that a status callback can be asked for (twilio.md 4.1). */
export const statusEvents = ["initiated", "ringing", "answered", "completed"] as const;
export type StatusEvent = (typeof statusEvents)[number];

export const isStatusEvent = (word: string): word is StatusEvent => statusEvents.some((event) => event === word);
