import type { ConversationItem, ConversationItemCreateEvent } from "openai/resources/realtime/realtime";
import { toFormat } from "./audio-format.ts";
import type { SessionContext } from "./context.ts";
import type { StoredItem } from "./conversation.ts";
import { invalidValue, type Objection } from "./shape.ts";

/** Puts a client's item into the conversation and confirms it, or objects. */
export function createItem(context: SessionContext, event: ConversationItemCreateEvent): Objection | undefined {
  const previousItemId = event.previous_item_id ?? undefined;
  const objection = objectionToItem(context, event.item) ?? objectionToPlace(context, previousItemId);
  if (objection !== undefined) return objection;
  const item = { ...event.item, id: event.item.id ?? context.ids.item(), object: "realtime.item", status: "completed" };
  enterItem(context, stored(item as StoredItem["item"]), previousItemId);
  return undefined;
}

/** Puts an item that is complete into the conversation and says so (openai.md A4). */
export function enterItem(context: SessionContext, entering: StoredItem, previousItemId?: string): void {
  const previous = context.conversation.insert(entering, previousItemId);
  const { item } = entering;
  context.emit({ type: "conversation.item.added", previous_item_id: previous, item });
  context.emit({ type: "conversation.item.done", previous_item_id: previous, item });
}

/** Takes an item out of the conversation. */
export function deleteItem(context: SessionContext, itemId: string): Objection | undefined {
  if (context.conversation.find(itemId) === undefined) return noSuchItem("delete", itemId);
  context.conversation.remove(itemId);
  context.usage.bust();
  context.emit({ type: "conversation.item.deleted", item_id: itemId });
  return undefined;
}

/** Shows an item whole, with its audio in the format of its direction. */
export function retrieveItem(context: SessionContext, itemId: string): Objection | undefined {
  const found = context.conversation.find(itemId);
  if (found === undefined) return noSuchItem("retrieve", itemId);
  context.emit({ type: "conversation.item.retrieved", item: withAudio(found, context) });
  return undefined;
}

/** An objection to an edit of an item that is not in the conversation. */
export const noSuchItem = (verb: "delete" | "retrieve" | "truncate", itemId: string): Objection => ({
  code: `item_${verb}_invalid_item_id`,
  message: `The item with id '${itemId}' does not exist.`,
  param: "item_id",
});

function objectionToItem({ conversation }: SessionContext, item: ConversationItem): Objection | undefined {
  if (item.id !== undefined && item.id !== null && conversation.find(item.id) !== undefined)
    return invalidValue("item.id", `an item with id '${item.id}' already exists`);
  if (item.type !== "function_call_output") return undefined;
  const isCalled = conversation
    .items()
    .some((each) => each.item.type === "function_call" && each.item.call_id === item.call_id);
  return isCalled
    ? undefined
    : invalidValue("item.call_id", `no function call '${item.call_id}' is in the conversation`);
}

function objectionToPlace({ conversation }: SessionContext, previousItemId: string | undefined): Objection | undefined {
  if (previousItemId === undefined || previousItemId === "root") return undefined;
  if (conversation.find(previousItemId) !== undefined) return undefined;
  return invalidValue("previous_item_id", `the item with id '${previousItemId}' does not exist`);
}

/** Audio that a client puts in is kept apart from what the conversation shows. */
function stored(item: StoredItem["item"]): StoredItem {
  if (item.type !== "message" || item.role !== "user") return { item };
  const audio = item.content.flatMap((part) => (part.type === "input_audio" ? [part.audio ?? ""] : []));
  if (audio.length === 0) return { item };
  const content = item.content.map(({ audio: _, ...part }) => part);
  return {
    item: { ...item, content },
    speech: { audio: new Uint8Array(Buffer.from(audio.join(""), "base64")), transcript: "", isTruncated: false },
  };
}

function withAudio({ item, speech }: StoredItem, { config }: SessionContext): ConversationItem {
  if (speech === undefined || item.type !== "message") return item;
  const format = item.role === "user" ? config.audio.input.format : config.audio.output.format;
  const audio = Buffer.from(toFormat(format, speech.audio)).toString("base64");
  const content = item.content.map((part) => (part.type?.endsWith("_audio") === true ? { ...part, audio } : part));
  return { ...item, content } as ConversationItem;
}
