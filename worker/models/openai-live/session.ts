import type { ModelSettings, ToolDeclaration } from "../settings.ts";

/**
 * The `session` of `session.start` (openai.md B2). There is nothing to be set of turns, noise or transcription: the model
 * sees to all of that. One format for both directions, with its `rate`, which Realtime does not want.
 */
export const sessionConfig = (settings: ModelSettings): Record<string, unknown> => ({
  model: settings.model,
  instructions: `${settings.instructions}\n\n${policies(settings.tools)}`,
  audio: { format: { type: "audio/pcmu", rate: 8_000 }, output: { voice: settings.voice } },
  delegation: {
    type: "responses",
    acknowledgement_delay_ms: acknowledgementDelayMs,
    responses: {
      model: settings.backendModel,
      instructions: `${settings.instructions}\n\n${backendPolicy}`,
      tools: settings.tools.map(functionTool),
      tool_choice: "auto",
    },
  },
  store: false,
});

/** A pause before "one moment": most tools answer sooner. */
const acknowledgementDelayMs = 800;

/** What the voice is told about its own conduct: the guide wants it in these words (openai.md B2, LP). */
const policies = (tools: readonly ToolDeclaration[]): string =>
  [
    "You are on the phone. When you are given a commentary, say what it asks for at once, without waiting for the caller, and then listen.",
    "Backchannel policy: Use moderate backchannels.",
    "Interruption policy: Stop speaking when the user interrupts. Listen.",
    "Delegation policy:",
    ...(tools.length === 0
      ? []
      : ["Backend tools:", ...tools.map(({ name, description }) => `- ${name}: ${description}`)]),
    "Delegate to the backend when: one of its tools is needed, also to end or transfer the call, or keys were pressed.",
    "Do not delegate to the backend when: you can answer from the conversation.",
  ].join("\n");

const backendPolicy =
  "You work behind a voice on the phone. Use the tools where they are needed. Answer in one or two short sentences: they are spoken to the caller.";

const functionTool = ({ name, description, parameters }: ToolDeclaration): object => ({
  type: "function",
  name,
  description,
  parameters,
});
