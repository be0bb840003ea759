import { type Assistant, defineAssistant } from "../../../worker/assistants/assistant.ts";
import { collectDigits } from "../../../worker/tools/collect-digits.ts";
import { builtInTools } from "../../../worker/tools/index.ts";

/** Where the clinic's own service is in the tests: below the ports that tests choose from. */
export const clinicPort = 11_471;

/** An assistant with everything that an assistant may have, for tests; `worker/assistants/index.ts` has none. */
const clinic = defineAssistant({
  name: "clinic",
  instructions: "You answer for the clinic. The caller is {{patient}}.",
  greeting: "Guten Tag.",
  voice: "marin",
  languages: ["de"],
  isLanguageLocked: true,
  keywords: ["Krankenkasse"],
  sentences: { voice: "Polly.Vicki", language: "de-DE", greeting: "Klinik.", goodbye: "Auf Wiederhören." },
  turnDetection: { type: "semantic_vad", eagerness: "high" },
  interruption: { minMs: 0 },
  tools: [...builtInTools, collectDigits((digits) => (digits === "4711" ? "The PIN is right." : "The PIN is wrong."))],
  httpTools: [
    {
      name: "appointment",
      description: "Says when a patient's appointment is.",
      parameters: {
        type: "object",
        properties: { patient: { type: "integer", minimum: 1 }, ward: { type: "string" } },
        required: ["patient"],
      },
      method: "GET",
      url: `http://127.0.0.1:${clinicPort}/patients/{patient}`,
      headers: { Authorization: "Bearer ${TOOL_CLINIC_TOKEN}" },
      timeoutMs: 1_000,
    },
  ],
});

export const defaultAssistant = defineAssistant({ name: "default" });
export const assistantsByNumber: Readonly<Record<string, Assistant>> = { "+15550001000": clinic };
export const assistantNamed = (name: string): Assistant | undefined =>
  [defaultAssistant, clinic].find((a) => a.name === name);
