/** A model as `/v1/realtime` knows it (openai.md 1, as of 2026-11-22). */
export type RealtimeModel = { id: string; isReasoning: boolean };

const served: RealtimeModel[] = [
  { id: "gpt-realtime-2.1", isReasoning: true },
  { id: "gpt-realtime-2.1-mini", isReasoning: true },
  { id: "gpt-realtime-2", isReasoning: true },
  { id: "gpt-realtime-1.5", isReasoning: false },
  { id: "gpt-realtime", isReasoning: false },
  { id: "gpt-realtime-2025-08-28", isReasoning: false },
  { id: "gpt-realtime-mini", isReasoning: false },
  { id: "gpt-realtime-mini-2025-12-15", isReasoning: false },
];

/** The models that `/v1/realtime` serves, by id. */
export const realtimeModels: ReadonlyMap<string, RealtimeModel> = new Map(served.map((model) => [model.id, model]));

/** Shut down on 2026-05-07. */
export const isRetired = (id: string): boolean => /^gpt-4o(-mini)?-realtime-preview/.test(id);

/** The models that `/v1/live/sessions` serves. Which one is wanted stands in `session.start`. */
export const liveModels: readonly string[] = ["gpt-live-1", "gpt-live-1.1"];
