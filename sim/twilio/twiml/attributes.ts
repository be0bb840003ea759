import type { Method, RecordingCallback, RecordingEvent } from "./verb.ts";
import type { Element } from "./xml.ts";

/** Takes what is wrong with a document: a warning 12200. */
export type Complain = (problem: string) => void;

export function methodOf(element: Element, attribute: string, complain: Complain): Method {
  const method = (element.attributes[attribute] ?? "POST").toUpperCase();
  if (method === "GET" || method === "POST") return method;
  complain(`${attribute} "${method}" is not allowed in <${element.name}>`);
  return "POST";
}

/** How often to repeat; 0 is for ever. */
export const loopOf = (element: Element, complain: Complain): number => wholeNumber(element, "loop", 1, complain);

export function wholeNumber(element: Element, attribute: string, otherwise: number, complain: Complain): number {
  const text = element.attributes[attribute];
  if (text === undefined) return otherwise;
  if (/^\d+$/.test(text)) return Number(text);
  complain(`${attribute} "${text}" of <${element.name}> is not a whole number`);
  return otherwise;
}

export function trueOrFalse(element: Element, attribute: string, otherwise: boolean, complain: Complain): boolean {
  const text = element.attributes[attribute];
  if (text === undefined) return otherwise;
  if (text === "true" || text === "false") return text === "true";
  complain(`${attribute} "${text}" of <${element.name}> is neither true nor false`);
  return otherwise;
}

/** One of several words. */
export function oneOf<Word extends string>(
  element: Element,
  attribute: string,
  [otherwise, ...others]: readonly [Word, ...Word[]],
  complain: Complain,
): Word {
  const text = element.attributes[attribute];
  if (text === undefined) return otherwise;
  const word = [otherwise, ...others].find((allowed) => allowed === text);
  if (word === undefined) complain(`${attribute} "${text}" is not allowed in <${element.name}>`);
  return word ?? otherwise;
}

/** The attributes of an element that have a value, by the name that they are to have. */
export function given<Name extends string>(element: Element, ...names: readonly Name[]): Partial<Record<Name, string>> {
  const found: Partial<Record<Name, string>> = {};
  for (const name of names) {
    const value = element.attributes[name];
    if (value !== undefined) found[name] = value;
  }
  return found;
}

const recordingEvents: readonly RecordingEvent[] = ["in-progress", "completed", "absent"];

/** The callback of a `<Record>` or a `<Recording>`; `completed` is told when no events are named. */
export function recordingCallback(element: Element, complain: Complain): { callback?: RecordingCallback } {
  const url = element.attributes["recordingStatusCallback"];
  if (url === undefined) return {};
  const words = (element.attributes["recordingStatusCallbackEvent"] ?? "completed").split(/[\s,]+/);
  for (const word of words)
    if (!recordingEvents.some((event) => event === word))
      complain(`recordingStatusCallbackEvent "${word}" is not allowed in <${element.name}>`);
  const events = recordingEvents.filter((event) => words.includes(event));
  return { callback: { url, method: methodOf(element, "recordingStatusCallbackMethod", complain), events } };
}

/** The keys that end an input, each of which does; none when the attribute is empty. */
export function finishKeys(element: Element, otherwise: string, complain: Complain): string {
  const keys = element.attributes["finishOnKey"] ?? otherwise;
  if (/^[0-9*#]*$/.test(keys)) return keys;
  complain(`finishOnKey "${keys}" is not allowed in <${element.name}>`);
  return otherwise;
}
