import type { BridgeEvent, Refusal } from "../../bridge/events.ts";

/** An `error` event's `error`, as far as it is read (openai.md A4). */
export type RealtimeError = {
  type: string | undefined;
  code: string | undefined;
  message: string;
  commandId: string | undefined;
};

/** No session comes of it, and trying again does not help (openai.md A1, A9). */
const fatalCodes = new Set([
  "insufficient_quota",
  "invalid_api_key",
  "account_deactivated",
  "billing_hard_limit_reached",
  "beta_api_shape_disabled",
  "model_not_found",
]);

/** Races that are lost without harm. */
const benignCodes = new Set(["response_cancel_not_active", "input_audio_buffer_commit_empty"]);

const invalidCommandCodes = new Set([
  "invalid_value",
  "unknown_parameter",
  "missing_required_parameter",
  "invalid_event",
]);

/** What an error means to the call. Most keep the session open, and mean nothing but a line in the log. */
export function classify(error: RealtimeError): BridgeEvent[] {
  const { code = "", message, commandId } = error;
  const fatal = fatalFailure(code, message);
  if (fatal.length > 0) return fatal;
  if (benignCodes.has(code) || commandId === undefined) return [];
  return [{ type: "model.command-refused", commandId, refusal: refusalOf(code), message }];
}

/** What a code means after which trying again does not help; nothing for any other. */
export const fatalFailure = (code = "", message = ""): BridgeEvent[] =>
  fatalCodes.has(code) ? [{ type: "model.failed", reason: `${code}: ${message}` }] : [];

function refusalOf(code: string): Refusal {
  if (code === "conversation_already_has_active_response") return "response-active";
  return invalidCommandCodes.has(code) ? "invalid" : "other";
}
