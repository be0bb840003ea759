import { type Scenario, say } from "../../sim/openai/scenario.ts";
import type { PhoneStep } from "../../sim/phone/step.ts";

/** Who calls in the demo. */
export const callerNumber = "+15551230000";

/** What Twilio says before the model is connected; the Function's own default. */
export const greeting = "Connected to Chatbot.";

/** The caller's part: asks, lets the assistant talk for a while, interrupts it, and says goodbye. */
export const callersPart: PhoneStep[] = [
  { step: "wait-for-quiet" },
  { step: "say", text: "Hello. What can you do for me?" },
  { step: "wait-for-agent", spokenMs: 2600 },
  { step: "say", text: "Sorry, I have to stop you there." },
  { step: "wait-for-quiet" },
  { step: "say", text: "That is all. Thank you." },
  { step: "wait-for-quiet" },
  { step: "hang-up" },
];

/** The assistant's part. It cannot understand the caller, so it follows the script, too. */
export const assistantsPart: Scenario = {
  replies: [
    say(
      "I answer the phone at any hour. I can take a message, tell you when we are open, find your order, " +
        "and put you through to a person whenever you would rather talk to one.",
    ),
    say("Of course. Go ahead."),
    say("Goodbye, and thank you for calling."),
  ],
};
