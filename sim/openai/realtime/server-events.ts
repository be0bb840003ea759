import type { RealtimeServerEvent, SessionCreatedEvent, SessionUpdatedEvent } from "openai/resources/realtime/realtime";
import type { SessionConfig } from "./session-config.ts";

/** The package's types leave out what a session really shows: its id, its end, and what is off. */
type SessionEvent = { type: "session.created" | "session.updated"; event_id: string; session: SessionConfig };

/** A server event as the GA interface has it. */
export type ServerEvent =
  | Exclude<RealtimeServerEvent, SessionCreatedEvent | SessionUpdatedEvent | OfSip>
  | SessionEvent;

/** Of the keypad a WebSocket is told nothing. */
type OfSip = { type: "input_audio_buffer.dtmf_event_received" };

type WithoutId<Event> = Event extends unknown ? Omit<Event, "event_id"> : never;

/** A server event before it gets its id. The package's own types check what the stand-in says. */
type ServerEventBody = WithoutId<ServerEvent>;

export type Emit = (event: ServerEventBody) => void;
