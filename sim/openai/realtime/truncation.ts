import { bytesPerMs } from "../../audio/mulaw.ts";
import type { ClientEventOf } from "./client-event-types.ts";
import type { SessionContext } from "./context.ts";
import type { StoredItem } from "./conversation.ts";
import { noSuchItem } from "./item-edits.ts";
import { invalidValue, type Objection } from "../shape.ts";
import { wordsEndedBy } from "../words.ts";

/**
 * Cuts an item of the model at what the caller has heard, and forgets its transcript (openai.md A5, steps 4 and 7).
 * Nothing can be cut beyond what was sent, or a second time beyond the first cut.
 */
export function truncateItem(
  context: SessionContext,
  event: ClientEventOf<"conversation.item.truncate">,
): Objection | undefined {
  const found = context.conversation.find(event.item_id);
  if (found === undefined) return noSuchItem("truncate", event.item_id);
  const { item, speech } = found;
  if (speech === undefined || item.type !== "message" || item.role !== "assistant")
    return invalidValue("item_id", "only audio messages of the model can be truncated");
  if (event.content_index !== 0)
    return invalidValue("content_index", `the item has no audio content at index ${event.content_index}`);
  const sentMs = Math.floor(speech.audio.length / bytesPerMs);
  if (event.audio_end_ms > sentMs) return alreadyShorter(sentMs, event.audio_end_ms);

  const heardText = wordsEndedBy(speech.transcript, event.audio_end_ms / Math.max(1, sentMs));
  const unheardText = speech.transcript.slice(heardText.length).trimStart();
  speech.audio = speech.audio.subarray(0, event.audio_end_ms * bytesPerMs);
  speech.transcript = "";
  speech.isTruncated = true;
  found.item = withoutTranscript(item);
  context.usage.bust();
  const { item_id, content_index, audio_end_ms } = event;
  context.emit({ type: "conversation.item.truncated", item_id, content_index, audio_end_ms });
  context.report({ type: "truncated", itemId: item_id, audioEndMs: audio_end_ms, sentMs, heardText, unheardText });
  return undefined;
}

/** What the conversation keeps of a message whose audio was cut. */
export function withoutTranscript(item: StoredItem["item"]): StoredItem["item"] {
  return item.type === "message" && item.role === "assistant" ? { ...item, content: [{ type: "output_audio" }] } : item;
}

/** The service gives this error no code (openai.md A9). */
const alreadyShorter = (sentMs: number, audioEndMs: number): Objection => ({
  code: null,
  message: `Audio content of ${sentMs}ms is already shorter than ${audioEndMs}ms`,
  param: null,
});
