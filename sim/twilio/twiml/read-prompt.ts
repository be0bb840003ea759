import { isPlayable } from "../line/dtmf-tones.ts";
import { type Complain, loopOf, wholeNumber } from "./attributes.ts";
import type { Prompt, Unsimulated } from "./verb.ts";
import type { Element } from "./xml.ts";

/** Twilio speaks no longer text (twilio.md 2). */
const longestText = 4_096;

type PromptReader = (element: Element, complain: Complain) => Prompt | Unsimulated | undefined;

/** The verbs that only make themselves heard: in a document, and inside a `<Gather>`. */
export const promptReaders: Record<Prompt["verb"], PromptReader> = {
  Say(element, complain) {
    if (element.text.length <= longestText) return { verb: "Say", text: element.text, loop: loopOf(element, complain) };
    complain(`the text of <Say> is longer than ${longestText} characters`);
    return undefined;
  },
  Play(element, complain) {
    const { digits } = element.attributes;
    if (digits === undefined) return { verb: "unsimulated", name: "Play of a file" };
    if (isPlayable(digits)) return { verb: "Play", digits, loop: loopOf(element, complain) };
    complain(`digits "${digits}" cannot be played`);
    return undefined;
  },
  Pause: (element, complain) => ({ verb: "Pause", seconds: wholeNumber(element, "length", 1, complain) }),
};

export const isPromptName = (name: string): name is Prompt["verb"] => Object.hasOwn(promptReaders, name);
