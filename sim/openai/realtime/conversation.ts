import type { ConversationItem } from "openai/resources/realtime/realtime";

/** What a conversation keeps of an item: what the client is shown, and the audio, which is shown only on request. */
export type StoredItem = {
  item: ConversationItem & { id: string };
  speech?: Speech;
};

/** The audio of an item as μ-law: a caller's whole turn, or what was sent of the model's speech so far. */
export type Speech = { audio: Uint8Array; transcript: string; isTruncated: boolean };

/** The items in their order. */
export type Conversation = {
  /** Puts an item behind another, at the front for "root", at the end for undefined; gives the id before it. */
  insert(stored: StoredItem, previousItemId?: string): string | null;
  find(itemId: string): StoredItem | undefined;
  remove(itemId: string): void;
  lastItemId(): string | null;
  /** In order, first to last. */
  items(): readonly StoredItem[];
};

/** An empty conversation. */
export function conversation(): Conversation {
  const items: StoredItem[] = [];
  const indexOf = (itemId: string): number => items.findIndex(({ item }) => item.id === itemId);
  return {
    insert(stored, previousItemId) {
      const at = insertionPoint(items.length, previousItemId, indexOf);
      items.splice(at, 0, stored);
      return items[at - 1]?.item.id ?? null;
    },
    find: (itemId) => items[indexOf(itemId)],
    remove(itemId) {
      const at = indexOf(itemId);
      if (at !== -1) items.splice(at, 1);
    },
    lastItemId: () => items.at(-1)?.item.id ?? null,
    items: () => items,
  };
}

function insertionPoint(length: number, previousItemId: string | undefined, indexOf: (id: string) => number): number {
  if (previousItemId === "root") return 0;
  return previousItemId === undefined ? length : indexOf(previousItemId) + 1;
}
