import type { BridgeEvent, Refusal } from "../../bridge/events.ts";
import { type Fields, text } from "../../../common/json.ts";
import { commandOf } from "./appends.ts";

const invalidCommandCodes = new Set([
  "immutable_field_update",
  "unknown_parameter",
  "invalid_value",
  "missing_required_parameter",
  "invalid_parameter",
  "invalid_event",
]);

/**
 * What an `error` means to a call (openai.md B1, B7). Before `session.started` there will be no session. Later it is a
 * command that was refused, or moderation, which cuts the current speech: neither ends a session, which says so itself.
 */
export function classify(error: Fields, isStarted: boolean): BridgeEvent[] {
  const [code, message = ""] = [text(error["code"]), text(error["message"])];
  if (!isStarted) return [{ type: "model.failed", reason: [code, message].filter(Boolean).join(": ") }];
  const eventId = text(error["client_event_id"]);
  if (eventId === undefined) return [];
  return [{ type: "model.command-refused", commandId: commandOf(eventId), refusal: refusalOf(code), message }];
}

const refusalOf = (code: string | undefined): Refusal =>
  code !== undefined && invalidCommandCodes.has(code) ? "invalid" : "other";
