import { defineTool, unfit } from "./tool.ts";

/** Presses keys towards the other side: another company's menu. The conversation goes on when they have sounded. */
export const sendDigits = defineTool({
  name: "send_digits",
  description:
    "Presses keys of the phone, for a menu that the other side has read to you. A w between them waits half a second. " +
    "Say nothing; you hear the menu again afterwards.",
  parameters: {
    type: "object",
    properties: { digits: { type: "string", description: "Such as 1 or 12#.", minLength: 1, maxLength: 32 } },
    required: ["digits"],
  },
  run({ digits }) {
    // A capital W is no pause to Twilio's <Play digits>.
    if (!/^[\dw*#]+$/.test(digits)) throw unfit("digits must be 0 to 9, *, # and a small w alone");
    return { output: "The keys are being pressed. Say nothing now.", next: { do: "send-digits", digits } };
  },
});
