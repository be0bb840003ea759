import { setTimeout as pause } from "node:timers/promises";
import { type Assistant, defineAssistant } from "../../../worker/assistants/assistant.ts";
import { defineTool } from "../../../worker/tools/tool.ts";

/** Takes its time, so that something can happen meanwhile. */
const lookUp = defineTool({
  name: "look_up",
  description: "Looks it up.",
  parameters: { type: "object", properties: {} },
  async run() {
    await pause(1_500);
    return { output: "It is so." };
  },
});

export const defaultAssistant = defineAssistant({ name: "patient", tools: [lookUp] });
export const assistantsByNumber: Readonly<Record<string, Assistant>> = {};
export const assistantNamed = (name: string): Assistant | undefined =>
  name === defaultAssistant.name ? defaultAssistant : undefined;
