import type { ErrorEvent, OutputAudioDeltaEvent, ServerEvent } from "openai/resources/live/live";

/** What only a sideband or a SIP trunk would see. */
type Elsewhere = Extract<
  ServerEvent,
  { type: `transport.${string}` | "session.input_audio.append" | `decision.${string}` }
>;

/** The package's type leaves out that a code may be null in practice (openai.md B3). */
type LiveError = { type: "error"; error: Omit<ErrorEvent["error"], "code"> & { code: string | null } };

type WithoutId<Event> = Event extends unknown ? Omit<Event, "event_id"> : never;

/** A server event before it gets its id. The package's own types check what the stand-in says. */
type LiveEventBody = WithoutId<Exclude<ServerEvent, Elsewhere | OutputAudioDeltaEvent | ErrorEvent>> | LiveError;

export type EmitLive = (event: LiveEventBody) => void;

/** The client's own id of the command that an event answers, when there was one. */
export const answering = (eventId: string | null | undefined): { client_event_id?: string } =>
  typeof eventId === "string" ? { client_event_id: eventId } : {};
