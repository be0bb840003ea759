import type { ConversationItem } from "openai/resources/realtime/realtime";
import { bytesPerMs } from "../../audio/mulaw.ts";
import type { TurnCause } from "../scenario.ts";
import type { StoredItem } from "./conversation.ts";

/** What asks for an answer: the newest item that the model itself has not put there. */
export function turnCause(items: readonly StoredItem[]): TurnCause {
  for (const { item, speech } of items.toReversed()) {
    if (isOfModel(item)) return { type: "nothing" };
    if (item.type === "function_call_output") return { type: "function-output", output: item.output };
    if (item.type !== "message" || item.role !== "user") continue;
    if (speech !== undefined) return { type: "speech", durationMs: speech.audio.length / bytesPerMs };
    const text = item.content.map((part) => part.text ?? "").join(" ");
    if (text.trim() !== "") return { type: "text", text };
  }
  return { type: "nothing" };
}

/** The audio of the caller's newest spoken turn. */
export const lastCallerAudio = (items: readonly StoredItem[]): Uint8Array | undefined =>
  items.findLast(({ item, speech }) => item.type === "message" && item.role === "user" && speech !== undefined)?.speech
    ?.audio;

const isOfModel = (item: ConversationItem): boolean =>
  item.type === "function_call" || (item.type === "message" && item.role === "assistant");
