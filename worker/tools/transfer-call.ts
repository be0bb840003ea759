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
 * Numbers that cost whoever calls them dollars a minute, or pay whoever had them called, and are no person's telephone:
 * premium ones in North America (900, and the exchange 976) and of no country (979), satellites and the networks of no
 * country (870, 881 to 883), personal numbers (878), relief in disasters (888). No prefix lets a caller have them.
 */
const neverDialled = /^\+(1900|1976|1\d{3}976|870|878|881|882|883|888|979)/;

/**
 * Hands the call to a person of the assistant's directory, after the last word was heard; the caller comes back when
 * nobody takes it. With `mayDial` also to a number that the caller names and that begins with one of these prefixes,
 * such as `+1415`: whoever calls has the operator pay for such a call, so no prefix should be wider than is needed.
 *
 * @throws Error when the directory or the prefixes cannot work.
 */
export function transferCall(people: readonly Person[], { mayDial = [] }: { mayDial?: readonly string[] } = {}): Tool {
  const fault = directoryFault(people, mayDial) ?? prefixFault(mayDial);
  if (fault !== undefined) throw new Error(`The assistant's people cannot be called: ${fault}.`);
  return defineTool({
    name: "transfer_call",
    description: [
      "Hands the call over to a person. Tell the caller in one short sentence that you put them through.",
      ...people.map(({ name, description }) => `${name}${description === undefined ? "" : `: ${description}`}.`),
      ...(mayDial.length > 0 ? [`Or to a phone number in full, if it begins with ${mayDial.join(" or ")}.`] : []),
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
      const { name, number, isWarm = false } = person ?? anyone(to, mayDial);
      return {
        output: "The caller will be put through once they have heard you. If you have not told them, do so now.",
        next: { do: "transfer", transfer: { to: number, name, whisper: isWarm ? summary : undefined } },
      };
    },
  });
}

function anyone(to: string, mayDial: readonly string[]): Person {
  const number = to.replace(/[\s().-]/g, "");
  if (mayDial.length === 0 || !/^\+?\d+$/.test(number))
    throw new ToolError("There is nobody of that name to put the caller through to.", "unknown person");
  if (!e164.test(number))
    throw new ToolError("That is no whole phone number: ask for it with its country code.", "incomplete number");
  if (neverDialled.test(number) || !mayDial.some((prefix) => number.startsWith(prefix)))
    throw new ToolError(
      "Nobody is put through to that number: tell the caller that you must not.",
      "number not allowed",
    );
  return { name: "that number", number };
}

function directoryFault(people: readonly Person[], mayDial: readonly string[]): string | undefined {
  if (people.length === 0 && mayDial.length === 0) return "there is nobody; name somebody, or leave them out";
  const wrong = people.find(({ number }) => !e164.test(number));
  if (wrong !== undefined) return `the number of ${wrong.name} must be + and digits alone, such as +15551234567`;
  const names = people.map(({ name }) => name.toLowerCase());
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  return twice === undefined ? undefined : `two are named ${twice}; the model must tell them apart`;
}

function prefixFault(mayDial: readonly string[]): string | undefined {
  const wrong = mayDial.find((prefix) => !/^\+[1-9]\d{0,13}$/.test(prefix));
  if (wrong !== undefined) return `mayDial holds "${wrong}", which must be + and the first digits, such as +1415`;
  const never = mayDial.find((prefix) => neverDialled.test(prefix));
  return never === undefined ? undefined : `mayDial holds ${never}, where no call is ever put through; leave it out`;
}
