/** Why somebody is not let in: what they are told, and what our own log is told beside it. */
export type Refusal = {
  status: number;
  reason: string;
  headers?: Record<string, string>;
  note?: { event: string; fields: Record<string, unknown> };
};

/** What came of knocking: who is let in has brought a body, which may be empty. */
export type Entry = { body: string } | Refusal;

export const isRefused = (entry: Entry): entry is Refusal => "status" in entry;
