import { type Fields, object, text } from "../../../common/json.ts";
import type { BridgeEvent, ResponseOutcome } from "../../bridge/events.ts";
import { noUsage } from "../../bridge/usage.ts";
import { tokenCount, tokensCost } from "../cost.ts";

const outcomes: Readonly<Record<string, ResponseOutcome>> = {
  "response.completed": "completed",
  "response.incomplete": "incomplete",
  "response.failed": "failed",
};

/**
 * Reads the work behind the voice: ordinary events of the Responses API, wrapped (openai.md B5). An item does not say
 * whose it is, so the response that its delegation began last is remembered; the final list of items is always empty.
 * What the backend writes is spoken by itself: only its calls of tools are ours.
 */
export function backendReader(): (wrapper: Fields) => BridgeEvent[] {
  const responseIds = new Map<string | undefined, string>();

  return (wrapper) => {
    const delegationId = text(wrapper["delegation_id"]);
    const event = object(wrapper["event"]);
    const type = text(event["type"]) ?? "";
    if (type === "response.output_item.done")
      return toolCall(responseIds.get(delegationId) ?? "", object(event["item"]));
    const response = object(event["response"]);
    const responseId = text(response["id"]);
    if (responseId === undefined) return [];
    if (type === "response.created") {
      responseIds.set(delegationId, responseId);
      return [{ type: "model.response-started", responseId }];
    }
    const outcome = outcomes[type];
    return outcome === undefined ? [] : [usage(response), { type: "model.response-ended", responseId, outcome }];
  };
}

/** Only a complete call, as on Realtime. */
function toolCall(responseId: string, item: Fields): BridgeEvent[] {
  const [toolCallId, name, json] = [text(item["call_id"]), text(item["name"]), text(item["arguments"])];
  if (item["type"] !== "function_call" || item["status"] === "incomplete") return [];
  if (toolCallId === undefined || name === undefined) return [];
  return [{ type: "model.tool-called", responseId, toolCallId, name, arguments: json ?? "" }];
}

/** It is billed apart from the session's time, by its own model's tokens, and reads and writes text alone. */
function usage(response: Fields): BridgeEvent {
  const counts = object(response["usage"]);
  const textIn = tokenCount(counts["input_tokens"]);
  const cached = tokenCount(object(counts["input_tokens_details"])["cached_tokens"]);
  const textInCached = Math.min(cached, textIn);
  const tokens = { ...noUsage, textIn, textInCached, textOut: tokenCount(counts["output_tokens"]) };
  return { type: "model.usage", tokens, ...tokensCost(text(response["model"]) ?? "", tokens) };
}
