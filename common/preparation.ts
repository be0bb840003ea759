import { object, parseObject, text } from "./json.ts";
import { type Sentence, parseSentence } from "./sentence.ts";

/**
 * What a Function tells the Worker of a call that it is about to connect. `said`: what it is about to let Twilio say,
 * after the `disclosure`; `intent`: under what the Worker keeps the wishes for a call that we have placed.
 */
export type Preparation = {
  from: string | undefined;
  to: string | undefined;
  said: string | undefined;
  disclosure: string | undefined;
  intent: string | undefined;
  /** Where Twilio finds the Functions. */
  functionsUrl: string | undefined;
};

/** Whether a call is let in: `busy` for the moment not, `refuse` not at all. */
export type Admission = "admit" | "busy" | "refuse";

/** What the Worker answers; `greeting`: what Twilio is to say instead. Without an admission the call is let in. */
export type Prepared = { admission?: Admission | undefined; greeting?: Sentence | undefined };

/** Reads a preparation; `undefined` when the text is no JSON object. What is missing is not known. */
export function parsePreparation(json: string): Preparation | undefined {
  const fields = parseObject(json);
  return (
    fields && {
      from: text(fields["from"]),
      to: text(fields["to"]),
      said: text(fields["said"]),
      disclosure: text(fields["disclosure"]),
      intent: text(fields["intent"]),
      functionsUrl: text(fields["functionsUrl"]),
    }
  );
}

/** Reads the Worker's answer to a preparation. */
export function parsePrepared(answer: unknown): Prepared {
  const { admission, greeting } = object(answer);
  const isKnown = admission === "admit" || admission === "busy" || admission === "refuse";
  return { admission: isKnown ? admission : undefined, greeting: parseSentence(greeting) };
}

/** Name and value of a `<Parameter>` share less than 500 characters (twilio.md 1.5); a SIP address may be long. */
export const maxParameterLength = 400;

/** What the model is told of what Twilio says, the same by both sides: the beginning of a very long text will do. */
export const toBeTold = (...texts: (string | undefined)[]): string | undefined =>
  texts
    .filter((text) => text)
    .join(" ")
    .slice(0, maxParameterLength) || undefined;
