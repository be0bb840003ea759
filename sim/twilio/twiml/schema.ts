import type { Element } from "./xml.ts";

/** What may be written inside an element, in the attributes of twilio@6.2.0's types and in twilio.md 1.5 and 2. */
type Rule = { attributes: readonly string[]; children: readonly string[]; text: "allowed" | "none" };

const speechElements = "break emphasis lang p phoneme prosody s say-as sub w".split(" ");

const rules = new Map(
  Object.entries<Rule>({
    Say: { attributes: ["voice", "language", "loop"], children: speechElements, text: "allowed" },
    Play: { attributes: ["digits", "loop"], children: [], text: "allowed" },
    Pause: { attributes: ["length"], children: [], text: "none" },
    Connect: { attributes: ["action", "method"], children: ["Stream"], text: "none" },
    Stream: {
      attributes: "name connectorName url track statusCallback statusCallbackMethod audioFormat sampleRate".split(" "),
      children: ["Parameter"],
      text: "none",
    },
    Parameter: { attributes: ["name", "value"], children: [], text: "none" },
    Redirect: { attributes: ["method"], children: [], text: "allowed" },
    Hangup: { attributes: [], children: [], text: "none" },
    Reject: { attributes: ["reason"], children: [], text: "none" },
  }),
);

/** Verbs and nouns that Twilio knows and this stand-in does not play. */
const unsimulatedVerbs = words("Dial Echo Enqueue Gather Leave Pay Prompt Queue Record Refer Start Stop");
const unsimulatedNouns = words(
  "Room Conversation ConversationRelay ConversationRelaySession AiSession VirtualAgent Autopilot",
);

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(" "));
}

export const isUnsimulatedVerb = (name: string): boolean => unsimulatedVerbs.has(name);

/** Everything in a verb that does not conform: each is a warning 12200 (twilio.md 1.4), and is then ignored. */
export function violations(element: Element): string[] {
  const rule = rules.get(element.name);
  if (rule === undefined) return [];
  const attributes = Object.keys(element.attributes)
    .filter((name) => !rule.attributes.includes(name))
    .map((name) => `attribute "${name}" is not allowed in <${element.name}>`);
  const text = rule.text === "none" && element.hasOwnText ? [`text is not allowed in <${element.name}>`] : [];
  const children = element.children.flatMap((child) => {
    if (rule.children.includes(child.name)) return violations(child);
    return unsimulatedNouns.has(child.name) ? [] : [`<${child.name}> is not allowed in <${element.name}>`];
  });
  return [...attributes, ...text, ...children];
}
