import { defineTool } from "./tool.ts";

/** The model has found out by itself that a machine listens; what is done then was settled with the assistant. */
export const reachedVoicemail = defineTool({
  name: "reached_voicemail",
  description:
    "To be called when a voicemail or an answering machine has picked up: after its announcement has ended, at the beep. " +
    "Say nothing before or after.",
  parameters: { type: "object", properties: {} },
  run: () => ({ output: "It is taken care of.", next: { do: "leave-message" } }),
});
