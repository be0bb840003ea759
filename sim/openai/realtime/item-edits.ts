import type { ConversationItem } from "openai/resources/realtime/realtime";
import { toFormat } from "../audio-format.ts";
import type { ClientEventOf, NewItem } from "./client-event-types.ts";
import type { SessionContext } from "./context.ts";
import type { Speech, StoredItem } from "./conversation.ts";
import type { AudioFormat } from "./session-config.ts";
import { invalidValue, type Objection } from "../shape.ts";

/** Puts a client's item into the conversation and confirms it, or objects. */
export function createItem(
  context: SessionContext,
  event: ClientEventOf<"conversation.item.create">,
): Objection | undefined {
  const previousItemId = event.previous_item_id ?? undefined;
  const objection = objectionToItem(context, event.item) ?? objectionToPlace(context, previousItemId);
  if (objection !== undefined) return objection;
  enterItem(context, stored(event.item, event.item.id ?? context.ids.item()), previousItemId);
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

function objectionToItem({ conversation }: SessionContext, item: NewItem): Objection | undefined {
  if (item.id !== undefined && conversation.find(item.id) !== undefined)
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
function stored(item: NewItem, id: string): StoredItem {
  const common = { id, object: "realtime.item", status: "completed" } as const;
  if (item.type !== "message" || item.role !== "user") return { item: { ...item, ...common } };
  const audio = item.content.map((part) => part.audio ?? "").join("");
  if (audio === "") return { item: { ...item, ...common } };
  const content = item.content.map((part) => (part.type === "input_audio" ? ({ type: "input_audio" } as const) : part));
  return {
    item: { ...item, ...common, content },
    speech: { audio: new Uint8Array(Buffer.from(audio, "base64")), transcript: "", isTruncated: false },
  };
}

function withAudio({ item, speech }: StoredItem, { config }: SessionContext): ConversationItem {
  if (speech === undefined || item.type !== "message") return item;
  const { input, output } = config.audio;
  if (item.role === "user") return { ...item, content: [{ type: "input_audio", audio: base64(input.format, speech) }] };
  return {
    ...item,
    role: "assistant",
    content: [{ ...item.content[0], type: "output_audio", audio: base64(output.format, speech) }],
  };
}

const base64 = (format: AudioFormat, speech: Speech): string =>
  Buffer.from(toFormat(format, speech.audio)).toString("base64");
