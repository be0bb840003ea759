import type { ConversationItem } from "openai/resources/realtime/realtime";
import { bytesPerMs } from "../../audio/mulaw.ts";
import { toFormat } from "../audio-format.ts";
import type { Speech, StoredItem } from "./conversation.ts";
import type { Emit } from "./server-events.ts";
import type { AudioFormat } from "./session-config.ts";
import { wordsBegunBy } from "../words.ts";

/** Where an item stands while it is generated. */
export type ItemPlace = { responseId: string; itemId: string; outputIndex: number };

/** What generating an item needs from the response around it. */
export type ItemStage = {
  emit: Emit;
  /** Asked before each piece: an interrupted response may still let a few go, then none. */
  mayContinue(): boolean;
  /** Puts the item into the conversation; a response outside of it does nothing. */
  enter(stored: StoredItem): void;
  /** The conversation has the whole item. */
  leave(item: ConversationItem): void;
  /** Another piece of an item's speech goes out, μ-law. */
  sent(itemId: string, audio: Uint8Array): void;
};

/** Pieces of generation: yields the milliseconds to wait before the next one, ends with the finished item. */
export type Generation = Generator<number, ConversationItem, void>;

type Line = { audio: Uint8Array; transcript: string; isWhole: boolean };
type Delivery = { deltaBytes: number; speed: number; format: AudioFormat };

/** Speaks a line, in the order of events of openai.md 11, R-greet. */
export function* speechItem(stage: ItemStage, place: ItemPlace, line: Line, delivery: Delivery): Generation {
  const speech = { audio: line.audio.subarray(0, 0), transcript: "", isTruncated: false };
  const part = { ...idsOf(place), content_index: 0 };
  open(stage, place, { item: assistantMessage(place.itemId, "in_progress", []), speech });
  stage.emit({ type: "response.content_part.added", ...part, part: { type: "audio", transcript: "" } });
  const { transcript, isAllSent } = yield* stream(stage, place, line, delivery, speech);
  stage.emit({ type: "response.output_audio.done", ...part });
  stage.emit({ type: "response.output_audio_transcript.done", ...part, transcript });
  stage.emit({ type: "response.content_part.done", ...part, part: { type: "audio", transcript } });
  const status = line.isWhole && isAllSent ? "completed" : "incomplete";
  return close(stage, place, assistantMessage(place.itemId, status, [{ type: "output_audio", transcript }]));
}

/** Sends the audio in deltas, each with the words that belong to it, and keeps in `speech` what was sent so far. */
function* stream(
  stage: ItemStage,
  place: ItemPlace,
  line: Line,
  delivery: Delivery,
  speech: Speech,
): Generator<number, { transcript: string; isAllSent: boolean }, void> {
  const part = { ...idsOf(place), content_index: 0 };
  let sentBytes = 0;
  let transcript = "";
  while (sentBytes < line.audio.length && stage.mayContinue()) {
    const chunk = line.audio.subarray(sentBytes, sentBytes + delivery.deltaBytes);
    sentBytes += chunk.length;
    stage.sent(place.itemId, chunk);
    const wordsSent = wordsBegunBy(line.transcript, sentBytes / line.audio.length);
    // A client may truncate an item whose last deltas are still on the way: what was cut stays cut.
    if (!speech.isTruncated) {
      speech.audio = line.audio.subarray(0, sentBytes);
      speech.transcript = wordsSent;
    }
    stage.emit({ type: "response.output_audio.delta", ...part, delta: base64(toFormat(delivery.format, chunk)) });
    if (wordsSent.length > transcript.length)
      stage.emit({
        type: "response.output_audio_transcript.delta",
        ...part,
        delta: wordsSent.slice(transcript.length),
      });
    transcript = wordsSent;
    if (sentBytes < line.audio.length) yield chunk.length / bytesPerMs / delivery.speed;
  }
  return { transcript, isAllSent: sentBytes >= line.audio.length };
}

/** Writes a text, for a response without audio. */
export function* textItem(stage: ItemStage, place: ItemPlace, text: string): Generation {
  const part = { ...idsOf(place), content_index: 0 };
  open(stage, place, { item: assistantMessage(place.itemId, "in_progress", []) });
  stage.emit({ type: "response.content_part.added", ...part, part: { type: "text", text: "" } });
  let written = "";
  for (const delta of text.match(/\s*\S+/g) ?? []) {
    if (!stage.mayContinue()) break;
    stage.emit({ type: "response.output_text.delta", ...part, delta });
    written += delta;
    yield textDeltaMs;
  }
  stage.emit({ type: "response.output_text.done", ...part, text: written });
  stage.emit({ type: "response.content_part.done", ...part, part: { type: "text", text: written } });
  const status = written === text ? "completed" : "incomplete";
  return close(stage, place, assistantMessage(place.itemId, status, [{ type: "output_text", text: written }]));
}

/** Calls a function; a call that is interrupted has part of its arguments and the status `incomplete`. */
export function* functionCallItem(
  stage: ItemStage,
  place: ItemPlace,
  call: { name: string; callId: string; arguments: string },
): Generation {
  const item = {
    id: place.itemId,
    object: "realtime.item",
    type: "function_call",
    name: call.name,
    call_id: call.callId,
  } as const;
  const ids = { ...idsOf(place), call_id: call.callId };
  open(stage, place, { item: { ...item, status: "in_progress", arguments: "" } });
  let written = "";
  for (const delta of call.arguments.match(/[^]{1,16}/g) ?? []) {
    if (!stage.mayContinue()) break;
    stage.emit({ type: "response.function_call_arguments.delta", ...ids, delta });
    written += delta;
    yield textDeltaMs;
  }
  stage.emit({ type: "response.function_call_arguments.done", ...ids, name: call.name, arguments: written });
  const status = written === call.arguments ? "completed" : "incomplete";
  return close(stage, place, { ...item, status, arguments: written });
}

const textDeltaMs = 5;

const idsOf = (place: ItemPlace) => ({
  response_id: place.responseId,
  item_id: place.itemId,
  output_index: place.outputIndex,
});

function open(stage: ItemStage, place: ItemPlace, stored: StoredItem): void {
  const { responseId, outputIndex } = place;
  stage.emit({
    type: "response.output_item.added",
    response_id: responseId,
    output_index: outputIndex,
    item: stored.item,
  });
  stage.enter(stored);
}

function close<Item extends ConversationItem>(stage: ItemStage, place: ItemPlace, item: Item): Item {
  const { responseId, outputIndex } = place;
  stage.leave(item);
  stage.emit({ type: "response.output_item.done", response_id: responseId, output_index: outputIndex, item });
  return item;
}

type AssistantContent = { type: "output_audio"; transcript: string } | { type: "output_text"; text: string };

const assistantMessage = (
  id: string,
  status: "completed" | "incomplete" | "in_progress",
  content: AssistantContent[],
) => ({ id, object: "realtime.item", type: "message", role: "assistant", status, content }) as const;

const base64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
