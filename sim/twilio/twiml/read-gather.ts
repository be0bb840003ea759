import { type Complain, finishKeys, given, methodOf, trueOrFalse, wholeNumber } from "./attributes.ts";
import { isPromptName, promptReaders } from "./read-prompt.ts";
import type { GatherVerb } from "./verb.ts";
import type { Element } from "./xml.ts";

export function readGather(element: Element, complain: Complain): GatherVerb {
  const numDigits = wholeNumber(element, "numDigits", 0, complain);
  return {
    verb: "Gather",
    ...given(element, "action"),
    method: methodOf(element, "method", complain),
    ...(numDigits === 0 ? {} : { numDigits }),
    timeoutSeconds: wholeNumber(element, "timeout", 5, complain),
    finishOnKey: finishKeys(element, "#", complain),
    actionOnEmptyResult: trueOrFalse(element, "actionOnEmptyResult", false, complain),
    prompts: [...speechInput(element), ...readPrompts(element, complain)],
  };
}

const speechInput = ({ attributes }: Element): GatherVerb["prompts"] =>
  /\bspeech\b/.test(attributes["input"] ?? "") ? [{ verb: "unsimulated", name: "speech input of Gather" }] : [];

/** Whatever else stands in a `<Gather>` has been complained about. */
const readPrompts = ({ children }: Element, complain: Complain): GatherVerb["prompts"] =>
  children.flatMap((child) => (isPromptName(child.name) ? (promptReaders[child.name](child, complain) ?? []) : []));
