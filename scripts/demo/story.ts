import { type Scenario, callFunctions, say } from "../../sim/openai/scenario.ts";
import type { PhoneStep } from "../../sim/phone/step.ts";

/** Who calls in the demo. */
export const callerNumber = "+15551230000";

/** What Twilio says before the model is connected; the Function's own default. */
export const greeting = "Connected to Chatbot.";

/** The caller's part: asks, lets the assistant talk for a while, interrupts it, asks for the time, says goodbye. */
export const callersPart: PhoneStep[] = [
  { step: "wait-for-quiet" },
  { step: "say", text: "What can you do for me?" },
  { step: "wait-for-agent", spokenMs: 2600 },
  { step: "say", text: "Stop, please. What time is it?" },
  { step: "wait-for-quiet" },
  { step: "say", text: "Thank you, goodbye." },
];

/** The assistant's part. It cannot understand the caller, so it follows the script, too. */
export const assistantsPart: Scenario = {
  replies: [
    say(
      "I answer the phone at any hour. I can take a message, tell you when we are open, find your order, " +
        "and put you through to a person whenever you would rather talk to one.",
    ),
    callFunctions({ name: "current_time", arguments: {} }),
    ({ cause }) => say(cause.type === "function-output" ? `It is ${cause.output}.` : "I do not know."),
    {
      items: [
        { type: "speech", text: "Goodbye, and thank you for calling." },
        { type: "function-call", name: "hang_up", arguments: {} },
      ],
    },
  ],
};

/** What becomes of it: this many answers are heard, one is cut, and the assistant hangs up. */
export const expected = { answers: 3, cuts: 1, tools: ["current_time", "hang_up"] };
