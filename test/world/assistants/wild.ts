import { type Assistant, defineAssistant } from "../../../worker/assistants/assistant.ts";

/** Nobody in particular; and one whose model is not to be trusted, and knows by its instructions who calls. */
const good = defineAssistant({ name: "good" });
const wild = defineAssistant({ name: "wild", model: "azure:wild", instructions: "The caller is {{from}}." });

export const defaultAssistant = good;
export const assistantsByNumber: Readonly<Record<string, Assistant>> = { "+15558880000": wild };
export const assistantNamed = (name: string): Assistant | undefined =>
  [good, wild].find((assistant) => assistant.name === name);
