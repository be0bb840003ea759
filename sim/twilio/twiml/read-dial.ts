import { isPlayable } from "../line/dtmf-tones.ts";
import { type Complain, given, methodOf, trueOrFalse, wholeNumber } from "./attributes.ts";
import { isStatusEvent } from "./status-event.ts";
import type { DialVerb, NumberNoun } from "./verb.ts";
import type { Element } from "./xml.ts";

/** A `<Dial>` calls no more numbers at once. */
const mostNumbers = 10;

/** Reads a `<Dial>`: a plain number in it, or `<Number>`s; its other nouns are left out. */
export function readDial(element: Element, complain: Complain): DialVerb | undefined {
  const nouns = element.children.filter(({ name }) => name === "Number");
  const plain = element.children.length === 0 && element.text !== "" ? [{ ...element, attributes: {} }] : nouns;
  if (plain.length === 0 && element.children.length === 0) complain("<Dial> has no number to call");
  if (plain.length > mostNumbers) complain(`<Dial> has more than ${mostNumbers} numbers`);
  const numbers = plain.slice(0, mostNumbers).map((noun) => readNumber(noun, complain));
  if (numbers.length === 0) return undefined;
  return {
    verb: "Dial",
    ...given(element, "action", "callerId"),
    method: methodOf(element, "method", complain),
    timeoutSeconds: wholeNumber(element, "timeout", 30, complain),
    timeLimitSeconds: wholeNumber(element, "timeLimit", 14_400, complain),
    answerOnBridge: trueOrFalse(element, "answerOnBridge", false, complain),
    hangupOnStar: trueOrFalse(element, "hangupOnStar", false, complain),
    numbers,
  };
}

function readNumber(element: Element, complain: Complain): NumberNoun {
  const { sendDigits } = element.attributes;
  const isSendable = sendDigits === undefined || isPlayable(sendDigits);
  if (!isSendable) complain(`digits "${sendDigits}" cannot be played`);
  return {
    number: element.text,
    ...given(element, "url", "statusCallback"),
    ...(isSendable ? given(element, "sendDigits") : {}),
    method: methodOf(element, "method", complain),
    statusCallbackMethod: methodOf(element, "statusCallbackMethod", complain),
    statusCallbackEvents: eventsOf(element, complain),
  };
}

function eventsOf(element: Element, complain: Complain): NumberNoun["statusCallbackEvents"] {
  const words = (element.attributes["statusCallbackEvent"] ?? "completed").split(/[\s,]+/);
  const wrong = words.filter((word) => !isStatusEvent(word));
  for (const word of wrong) complain(`statusCallbackEvent "${word}" is not allowed in <${element.name}>`);
  return words.filter(isStatusEvent);
}
