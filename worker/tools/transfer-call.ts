import { type Tool, ToolError, defineTool } from "./tool.ts";

/** Somebody to whom a call can be handed, by a name that the model knows them by. */
export type Person = {
  name: string;
  /** E.164, such as `+15551234567`. */
  number: string;
  /** What they are there for, for the model. */
  description?: string;
  /** Who picks up first hears what the call is about, and takes it by a key; else the caller is put through at once. */
  isWarm?: boolean;
};

const e164 = /^\+[1-9]\d{6,14}$/;

/**
 * Hands the call to a person of the assistant's directory, after the last word was heard; the caller comes back when
 * nobody takes it. With `mayDialAnyNumber` also to whatever number the caller names: think of who pays.
 *
 * @throws Error when the directory cannot work.
 */
export function transferCall(people: readonly Person[], { mayDialAnyNumber = false } = {}): Tool {
  const fault = directoryFault(people, mayDialAnyNumber);
  if (fault !== undefined) throw new Error(`The assistant's people cannot be called: ${fault}.`);
  return defineTool({
    name: "transfer_call",
    description: [
      "Hands the call over to a person. Tell the caller in one short sentence that you put them through.",
      ...people.map(({ name, description }) => `${name}${description === undefined ? "" : `: ${description}`}.`),
      ...(mayDialAnyNumber ? ["Or to a phone number, with its country code, such as +15551234567."] : []),
    ].join(" "),
    parameters: {
      type: "object",
      properties: {
        to: { type: "string", description: "A name of the list.", maxLength: 100 },
        summary: { type: "string", description: "What the call is about, for who takes it.", maxLength: 500 },
      },
      required: ["to", "summary"],
    },
    run({ to, summary }) {
      const person = people.find(({ name }) => name.toLowerCase() === to.trim().toLowerCase());
      const { name, number, isWarm = false } = person ?? anyone(to, mayDialAnyNumber);
      return {
        output: "The caller will be put through once they have heard you. If you have not told them, do so now.",
        next: { do: "transfer", transfer: { to: number, name, whisper: isWarm ? summary : undefined } },
      };
    },
  });
}

function anyone(to: string, mayDialAnyNumber: boolean): Person {
  const number = to.replace(/[\s().-]/g, "");
  if (mayDialAnyNumber && e164.test(number)) return { name: "that number", number };
  throw new ToolError("There is nobody of that name to put the caller through to.", "unknown person");
}

function directoryFault(people: readonly Person[], mayDialAnyNumber: boolean): string | undefined {
  if (people.length === 0 && !mayDialAnyNumber) return "there is nobody; name somebody, or leave them out";
  const wrong = people.find(({ number }) => !e164.test(number));
  if (wrong !== undefined) return `the number of ${wrong.name} must be + and digits alone, such as +15551234567`;
  const names = people.map(({ name }) => name.toLowerCase());
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  return twice === undefined ? undefined : `two are named ${twice}; the model must tell them apart`;
}
