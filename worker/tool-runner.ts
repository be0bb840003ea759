import type { CallFacts } from "./assistants/placeholders.ts";
import type { ConversationOptions } from "./conversation.ts";
import type { Log } from "./log.ts";
import { runTool } from "./tools/run-tool.ts";
import type { Tool } from "./tools/tool.ts";

/** Runs a call's tools with what they may know of it; what goes wrong with one is logged, and told the model kindly. */
export const toolRunner =
  (tools: readonly Tool[], callSid: string, facts: CallFacts, log: Log): ConversationOptions["runTool"] =>
  async (call, { signal, askKeys }) => {
    const context = {
      ...facts,
      callSid,
      idempotencyKey: `${callSid}.${call.toolCallId}`,
      nowMs: Date.now(),
      fetch: (...request: Parameters<typeof fetch>) => fetch(...request),
      askKeys,
    };
    const { fault, ...outcome } = await runTool(tools, call, context, signal);
    if (fault !== undefined) log("tool.fault", { name: call.name, fault });
    return outcome;
  };
