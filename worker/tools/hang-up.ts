import { defineTool } from "./tool.ts";

/** Ends the call, after the goodbye was heard. The reason stands in the call's journal, with the call of the tool. */
export const hangUp = defineTool({
  name: "hang_up",
  description: "Ends the phone call. Use it when the conversation is over, together with a short goodbye.",
  parameters: {
    type: "object",
    properties: {
      reason: { type: "string", description: "Why the call ends, in a few words.", maxLength: 200 },
    },
  },
  run: () => ({
    output:
      "The call will end once the caller has heard your goodbye. If you have not said goodbye, say it now in one short " +
      "sentence; if you have, say nothing more.",
    next: { do: "hang-up" },
  }),
});
