import { type Assistant, defineAssistant } from "./assistant.ts";

/** Answers every number that has no assistant of its own. It says nothing of itself: the settings do. */
export const defaultAssistant = defineAssistant({ name: "default" });

/** Which assistant answers which of your numbers (E.164), such as `"+15551234567": reception`. */
export const assistantsByNumber: Readonly<Record<string, Assistant>> = {};

/** Assistants beside those, whom a lookup may name. */
const others: readonly Assistant[] = [];

/** The assistant of a name. */
export const assistantNamed = (name: string): Assistant | undefined =>
  [defaultAssistant, ...Object.values(assistantsByNumber), ...others].find((assistant) => assistant.name === name);
