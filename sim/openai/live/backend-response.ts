import type { Timer } from "../../clock.ts";
import type { ReplyItem } from "../scenario.ts";
import { textTokens } from "../tokens.ts";
import { backendOf } from "./session-config.ts";
import type { LiveContext } from "./context.ts";

/** Work for the backend: what is to come of its response is settled by the script. */
export type Work = { delegationId: string | null; responseId: string; items: readonly ReplyItem[] };

/** A function that the backend has called. */
export type Called = { callId: string; name: string };

/**
 * One response of the backend, wrapped event by event in `response.event`: created, its items, completed. Of the snapshots
 * only the usage tells something; `output` is always empty (openai.md B5).
 */
export function backendResponse(
  context: LiveContext,
  { delegationId, responseId }: Work,
  items: readonly ReplyItem[],
  done: (called: readonly Called[]) => void,
): Timer {
  let sequenceNumber = 0;
  const model = backendOf(context.config)?.model ?? "";
  const snapshot = { id: responseId, object: "response", created_at: 0, model, tools: [], output: [] };

  function nest(type: string, fields: object): void {
    const event = { type, sequence_number: sequenceNumber++, ...fields };
    context.emit({ type: "response.event", delegation_id: delegationId, event });
  }

  function call(name: string, text: string, output_index: number): Called {
    const callId = context.ids.call();
    const item = { id: context.ids.item(), type: "function_call", call_id: callId, name };
    nest("response.output_item.added", { output_index, item: { ...item, status: "in_progress", arguments: "" } });
    nest("response.function_call_arguments.delta", { item_id: item.id, output_index, delta: text });
    nest("response.function_call_arguments.done", { item_id: item.id, output_index, arguments: text });
    nest("response.output_item.done", { output_index, item: { ...item, status: "completed", arguments: text } });
    warnOfUnknown(context, name);
    return { callId, name };
  }

  function write(text: string, output_index: number): void {
    const item = { id: context.ids.item(), type: "message", role: "assistant" };
    const place = { item_id: item.id, output_index, content_index: 0 };
    const content = [{ type: "output_text", text, annotations: [] }];
    nest("response.output_item.added", { output_index, item: { ...item, status: "in_progress", content: [] } });
    nest("response.output_text.delta", { ...place, delta: text });
    nest("response.output_text.done", { ...place, text });
    nest("response.output_item.done", { output_index, item: { ...item, status: "completed", content } });
  }

  function work(): void {
    const called: Called[] = [];
    for (const [index, item] of items.entries()) {
      if (item.type === "function-call") called.push(call(item.name, argumentsText(item.arguments), index));
      else write(item.type === "speech" ? item.text : item.transcript, index);
    }
    nest("response.completed", { response: { ...snapshot, status: "completed", usage: usageOf(context, items) } });
    done(called);
  }

  nest("response.created", { response: { ...snapshot, status: "in_progress" } });
  return context.clock.after(context.pace.thinkMs, work);
}

const argumentsText = (value: Record<string, unknown> | string): string =>
  typeof value === "string" ? value : JSON.stringify(value);

/** A scenario may want what no real backend would do. */
function warnOfUnknown(context: LiveContext, name: string): void {
  const tools = backendOf(context.config)?.tools ?? [];
  if (!tools.some((tool) => tool.type === "function" && tool.name === name))
    context.report({ type: "warning", message: `The scenario calls '${name}', which the session does not know.` });
}

function usageOf({ config }: LiveContext, items: readonly ReplyItem[]) {
  const input_tokens = textTokens(JSON.stringify(backendOf(config) ?? {}));
  const output_tokens = textTokens(JSON.stringify(items.map((item) => ({ ...item, audio: undefined }))));
  return {
    input_tokens,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: input_tokens + output_tokens,
  };
}
