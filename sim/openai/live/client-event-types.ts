import type {
  AudioFormat,
  CustomVoice,
  FunctionTool,
  InitialItem,
  ResponsesDelegationConfig,
} from "openai/resources/live/live";
import type { AppendKind } from "../facts.ts";

/** A-law is a real format that this stand-in does not speak. */
export type LiveFormat = Exclude<AudioFormat, AudioFormat.AudioPCMA>;

export type Backend = Omit<ResponsesDelegationConfig, "tools"> & { tools?: (FunctionTool | { type: "web_search" })[] };

/** Who does the work that the model hands over. */
export type Delegation =
  | { type: "client"; acknowledgement_delay_ms?: number }
  | { type: "responses"; acknowledgement_delay_ms?: number; responses: Backend };

/** The `session` of a `session.start` (openai.md B2). */
export type LiveStart = {
  model: string;
  audio?: { format?: LiveFormat; output?: { voice?: string | CustomVoice } };
  instructions?: string | null;
  input?: InitialItem[];
  delegation?: Delegation | null;
  store?: boolean;
  triggers?: [];
};

/** The `session` of a `session.update`: what is absent stays as it is. */
export type LiveUpdate = {
  delegation?: { type: Delegation["type"]; acknowledgement_delay_ms?: number; responses?: Partial<Backend> } | null;
  triggers?: [];
};

/** An item for the backend. */
export type BackendItem =
  | { type: "function_call_output"; call_id: string; output: string | unknown[] }
  | { type?: "message"; role: "user" | "developer" | "system" | "assistant"; content: string | { text?: string }[] };

/** A client event that keeps to its shape (openai.md B3). */
export type LiveClientEvent = { event_id?: string | null } & (
  | { type: "session.start"; session: LiveStart }
  | { type: "session.update"; session: LiveUpdate }
  | { type: "session.input_audio.append" | "session.output_audio.fixture.play"; audio: string }
  | { type: `session.${AppendKind}.append`; content: string; delegation_id: string | null }
  | { type: "response.item.create"; item: BackendItem }
  | { type: "session.input_audio.mute" | "session.input_audio.unmute" | "response.create" }
  | { type: "session.close" }
  | { type: "decision.create" | "decision.item.create" | "decision.item.delete" }
);

/** What a session that has started can be told. */
export type Command = Exclude<LiveClientEvent, { type: "session.start" | "session.close" }>;
