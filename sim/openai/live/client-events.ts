import { eventReader } from "../read-event.ts";
import { anything, byField, fields, type Fields, listOf, nullOr, oneOf, type Shape, stringOr, text } from "../shape.ts";
import type { LiveClientEvent } from "./client-event-types.ts";
import { startShape, textOfTokens, updateShape } from "./session-shape.ts";

/** `delegation_id` has to be there, if only as null. */
const append = event({ content: textOfTokens(500), delegation_id: nullOr(text()) });

const contentPart = byField("type", {
  input_text: fields({ type: anything, text: text() }),
  input_image: fields({ type: anything, image_url: text() }, { detail: oneOf("auto", "low", "high") }),
});

const message = fields(
  { role: oneOf("user", "developer", "system", "assistant"), content: stringOr(text(), listOf(contentPart, 1)) },
  { type: oneOf("message") },
);

const functionOutput = fields(
  { type: anything, call_id: text(), output: stringOr(text(), listOf(contentPart)) },
  { id: nullOr(text()), status: nullOr(oneOf("completed", "incomplete", "in_progress")) },
);

/** An item without a type is a message. Of the many items that the Responses API takes, a phone needs these two. */
const backendItem: Shape = (value, path) =>
  typeof value === "object" && value !== null && "type" in value
    ? byField("type", { message, function_call_output: functionOutput })(value, path)
    : message(value, path);

/** The fifteen events that a client may send on the primary socket (openai.md B3). */
const clientEvents: Record<LiveClientEvent["type"], Shape> = {
  "session.start": event({ session: startShape }),
  "session.update": event({ session: updateShape }),
  "session.input_audio.append": event({ audio: text() }),
  "session.input_audio.mute": event({}),
  "session.input_audio.unmute": event({}),
  "session.instructions.append": append,
  "session.thinking.append": append,
  "session.commentary.append": append,
  "session.output_audio.fixture.play": event({ audio: text() }),
  "response.item.create": event({ item: backendItem }),
  "response.create": event({}),
  "session.close": event({}),
  "decision.create": anything,
  "decision.item.create": anything,
  "decision.item.delete": anything,
};

function event(required: Fields): Shape {
  return fields({ type: anything, ...required }, { event_id: nullOr(text(512)) });
}

/** Reads one message of the client: an event that keeps to openai.md B3, or the objection to it. */
export const readLiveEvent = eventReader<LiveClientEvent>(clientEvents);
