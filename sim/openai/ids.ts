/** Ids from counters: every run of a session gives the same, and no two sessions share one. */
export type Ids = {
  event(): string;
  item(): string;
  response(): string;
  call(): string;
  delegation(): string;
  utterance(): string;
};

/** Counters for a session; `name` tells sessions apart. */
export function sessionIds(name: string): Ids {
  const counts = new Map<string, number>();
  const next = (kind: string): string => {
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    return `${kind}_${name}_${count}`;
  };
  return {
    event: () => next("event"),
    item: () => next("item"),
    response: () => next("resp"),
    call: () => next("call"),
    delegation: () => next("delegation"),
    utterance: () => next("utterance"),
  };
}
