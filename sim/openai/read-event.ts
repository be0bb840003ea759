import { isRecord, type Objection, type Shape } from "./shape.ts";

/** What became of a client's message: its event, or the objection, with the event's own id when it can be read. */
export type ReadEvent<Event> = { ok: true; event: Event } | { ok: false; objection: Objection; eventId: string | null };

/** A reader of messages that hold one event each, of a known type and of that type's shape. */
export function eventReader<Event extends { type: string }>(
  shapes: Record<Event["type"], Shape>,
): (message: string) => ReadEvent<Event> {
  const known: Record<string, Shape> = shapes;

  /** Its type is known; what else it holds is left to its shape. */
  const isKnown = (event: { type: string }): event is Event => Object.hasOwn(known, event.type);

  return (message) => {
    const event = parse(message);
    if (!isTyped(event)) return { ok: false, objection: notAnEvent, eventId: idOf(event) };
    if (!isKnown(event)) return { ok: false, objection: unknownType(event.type, known), eventId: idOf(event) };
    const objection = known[event.type]?.(event, "");
    if (objection !== undefined) return { ok: false, objection, eventId: idOf(event) };
    return { ok: true, event };
  };
}

/** An objection to a binary message. */
export const binaryFrame: Objection = {
  code: "invalid_event",
  message: "Binary messages are not supported: send JSON text, with audio as base64 inside.",
  param: null,
};

const unknownType = (type: string, known: Record<string, Shape>): Objection => ({
  code: "invalid_value",
  message: `Invalid value: '${type.slice(0, 60)}'. Supported values are: '${Object.keys(known).join("', '")}'.`,
  param: "type",
});

const notAnEvent: Objection = {
  code: "invalid_event",
  message: "The message is not a JSON object with a string 'type'.",
  param: null,
};

const idOf = (event: unknown): string | null =>
  isRecord(event) && typeof event["event_id"] === "string" ? event["event_id"] : null;

const isTyped = (event: unknown): event is { type: string } => isRecord(event) && typeof event["type"] === "string";

function parse(message: string): unknown {
  try {
    return JSON.parse(message);
  } catch {
    return undefined;
  }
}
