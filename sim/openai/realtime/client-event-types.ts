import type {
  RealtimeConversationItemAssistantMessage,
  RealtimeConversationItemFunctionCall,
  RealtimeConversationItemFunctionCallOutput,
  RealtimeConversationItemSystemMessage,
  RealtimeConversationItemUserMessage,
  RealtimeResponseCreateParams,
  ResponseItemReference,
} from "openai/resources/realtime/realtime";
import type { AudioFormat, SessionUpdate } from "./session-config.ts";

/** An item that a client may put into a conversation. */
export type NewItem =
  | RealtimeConversationItemSystemMessage
  | RealtimeConversationItemUserMessage
  | RealtimeConversationItemAssistantMessage
  | RealtimeConversationItemFunctionCall
  | RealtimeConversationItemFunctionCallOutput;

/** What a client may ask of one response. */
export type ResponseParameters = Omit<RealtimeResponseCreateParams, "input" | "audio"> & {
  input?: (NewItem | ResponseItemReference)[];
  audio?: { output?: { format?: AudioFormat; voice?: string | { id: string } } };
};

/** A client event that keeps to its shape (openai.md A3). */
export type ClientEvent = { event_id?: string } & (
  | { type: "session.update"; session: SessionUpdate }
  | { type: "input_audio_buffer.append"; audio: string }
  | { type: "input_audio_buffer.commit" | "input_audio_buffer.clear" | "output_audio_buffer.clear" }
  | { type: "conversation.item.create"; item: NewItem; previous_item_id?: string | null }
  | { type: "conversation.item.delete" | "conversation.item.retrieve"; item_id: string }
  | { type: "conversation.item.truncate"; item_id: string; content_index: number; audio_end_ms: number }
  | { type: "response.create"; response?: ResponseParameters }
  | { type: "response.cancel"; response_id?: string }
);

export type ClientEventOf<Type extends ClientEvent["type"]> = Extract<ClientEvent, { type: Type }>;
