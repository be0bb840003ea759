import { cut } from "../../common/json.ts";

/** A message that comes twice comes soon again. */
const remembered = 64;
/** Where a message's own id stands, before anything that it is about. */
const headLength = 200;

/** Whether a message has come before: each has an id of its own (openai.md A4, B3). One without is never known. */
export function repeats(): (message: unknown) => boolean {
  const known: string[] = [];
  return (message) => {
    const eventId = typeof message === "string" ? cut(message.slice(0, headLength), '"event_id":"') : undefined;
    if (eventId === undefined) return false;
    if (known.includes(eventId)) return true;
    known.push(eventId);
    if (known.length > remembered) known.shift();
    return false;
  };
}
