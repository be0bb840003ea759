import { object, parseObject, text } from "./json.ts";
import { type Sentence, parseSentence } from "./sentence.ts";

/** What a Function tells the Worker of a call that it is about to connect; `said`: what it is about to let Twilio say. */
export type Preparation = { from: string | undefined; to: string | undefined; said: string | undefined };

/** What the Worker answers; `greeting`: what Twilio is to say instead. */
export type Prepared = { greeting?: Sentence | undefined };

/** Reads a preparation; `undefined` when the text is no JSON object. What is missing is not known. */
export function parsePreparation(json: string): Preparation | undefined {
  const fields = parseObject(json);
  return fields && { from: text(fields["from"]), to: text(fields["to"]), said: text(fields["said"]) };
}

/** Reads the Worker's answer to a preparation. */
export const parsePrepared = (answer: unknown): Prepared => ({ greeting: parseSentence(object(answer)["greeting"]) });
