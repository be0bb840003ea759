import { type Assistant, defineAssistant } from "../../../worker/assistants/assistant.ts";
import { builtInTools } from "../../../worker/tools/index.ts";
import { sendDigits } from "../../../worker/tools/send-digits.ts";

/** An office that puts calls through, and calls others, in tests. */
const office = defineAssistant({
  name: "office",
  people: [
    { name: "Anna", number: "+15553000001", description: "sells" },
    { name: "Ben", number: "+15553000002", description: "repairs", isWarm: true },
    { name: "Clara", number: "+15553000003", description: "buys" },
    { name: "Dora", number: "+15553000004", description: "counts" },
    { name: "Emil", number: "+15553000005", description: "designs", isWarm: true },
    { name: "Frida", number: "+15553000006", description: "decides", isWarm: true },
  ],
  tools: [...builtInTools, sendDigits],
});

const messageText = "Please call us back at noon.";

/** Who leaves a message, in the model's voice, in Twilio's, or none. */
const callers = [
  defineAssistant({ name: "by-model", machine: { do: "leave-message", text: messageText, by: "model" } }),
  defineAssistant({ name: "by-twilio", machine: { do: "leave-message", text: messageText, by: "twilio" } }),
  defineAssistant({ name: "no-message", machine: { do: "hang-up" } }),
];

export const defaultAssistant = office;
export const assistantsByNumber: Readonly<Record<string, Assistant>> = {};
export const assistantNamed = (name: string): Assistant | undefined =>
  [office, ...callers].find((assistant) => assistant.name === name);
