import { type Tool, type ToolContext, defineTool } from "./tool.ts";

/** Makes something of the digits, and gives what the model learns of it: never the digits themselves. */
type HandleDigits = (digits: string, context: ToolContext) => string | Promise<string>;

const firstKeyWithinMs = 20_000;
const nextKeyWithinMs = 8_000;

/**
 * Takes a PIN or a card number by the phone's keys, privately: neither the model nor a transcript, a log or a recording
 * gets more than what `handle` returns; without it, how many digits there were.
 */
export const collectDigits = (handle: HandleDigits = countOf): Tool =>
  defineTool({
    name: "collect_digits",
    description:
      "Takes a secret number, such as a PIN or a card number, by the keys of the caller's phone. First ask the caller " +
      "to type it and to end with the hash key, then call this at once. You do not get the digits, and must not ask for " +
      "them to be spoken.",
    parameters: {
      type: "object",
      properties: {
        max_digits: { type: "integer", description: "How many digits it has at most.", minimum: 1, maximum: 32 },
      },
      required: ["max_digits"],
    },
    timeoutMs: firstKeyWithinMs + 32 * nextKeyWithinMs,
    async run({ max_digits: maxDigits }, context) {
      const digits = await context.askKeys({ maxDigits, endKey: "#", firstKeyWithinMs, nextKeyWithinMs });
      if (digits === "") return { output: "The caller typed nothing." };
      return { output: await handle(digits, context) };
    },
  });

const countOf: HandleDigits = (digits) => `The caller typed ${digits.length} digits.`;
