import { isPlayable } from "../line/dtmf-tones.ts";
import { isUnsimulatedVerb, leftOut, violations } from "./schema.ts";
import { type Complain, finishKeys, given, loopOf, methodOf, trueOrFalse, wholeNumber } from "./attributes.ts";
import { readDial } from "./read-dial.ts";
import { readRecord, readRecording } from "./read-recording.ts";
import type { GatherVerb, Prompt, StreamNoun, Verb } from "./verb.ts";
import { type Element, parseXml } from "./xml.ts";

/** A document ready to be run, what was wrong with it (each warning is a 12200), and what in it is left out here. */
export type Twiml = { verbs: Verb[]; warnings: string[]; leftOut: string[] };

/** Twilio speaks no longer text (twilio.md 2). */
const longestText = 4_096;
/** Name and value of a `<Parameter>` together must be shorter (twilio.md 1.5). */
const longestParameter = 500;

/**
 * Reads TwiML and checks it. What does not conform is left out with a warning (12200). Throws an Error that says what
 * is wrong when the document cannot be parsed at all (12100).
 */
export function parseTwiml(text: string): Twiml {
  const root = parseXml(text);
  if (root.name !== "Response") throw new Error(`the root element is <${root.name}>, not <Response>`);
  const warnings = root.hasOwnText ? ["text is not allowed in <Response>"] : [];
  const verbs = root.children.flatMap((element) => {
    const { verb, problems } = readVerb(element);
    warnings.push(...problems);
    return verb ?? [];
  });
  return { verbs, warnings, leftOut: root.children.flatMap(leftOut) };
}

type Reading = { verb?: Verb; problems: string[] };

function readVerb(element: Element): Reading {
  const { name } = element;
  if (isUnsimulatedVerb(name)) return { verb: { verb: "unsimulated", name }, problems: [] };
  if (!isSimulated(name)) return { problems: [`<${name}> is not a verb`] };
  const problems = violations(element);
  const verb = verbReaders[name](element, (problem) => void problems.push(problem));
  return verb === undefined ? { problems } : { verb, problems };
}

type VerbReader = (element: Element, complain: Complain) => Verb | undefined;

/** One for each verb; undefined, after a complaint, when nothing can be done with it. */
const verbReaders: Record<Exclude<Verb["verb"], "unsimulated" | "Start Recording"> | "Start", VerbReader> = {
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
  Connect: readConnect,
  Dial: readDial,
  Gather: readGather,
  Record: readRecord,
  Start: readStart,
  Redirect(element, complain) {
    if (element.text === "") complain("<Redirect> has no URL");
    return { verb: "Redirect", url: element.text, method: methodOf(element, "method", complain) };
  },
  Hangup: () => ({ verb: "Hangup" }),
  Reject(element, complain) {
    const reason = element.attributes["reason"] ?? "rejected";
    if (reason === "rejected" || reason === "busy") return { verb: "Reject", reason };
    complain(`reason "${reason}" is not allowed in <Reject>`);
    return { verb: "Reject", reason: "rejected" };
  },
};

const isSimulated = (name: string): name is keyof typeof verbReaders => Object.hasOwn(verbReaders, name);

function readConnect(element: Element, complain: Complain): Verb | undefined {
  const stream = element.children.find((child) => child.name === "Stream");
  const other = element.children[0];
  if (stream === undefined && other !== undefined) return { verb: "unsimulated", name: `Connect ${other.name}` };
  if (stream === undefined) {
    complain("<Connect> has nothing to connect to");
    return undefined;
  }
  return {
    verb: "Connect",
    ...given(element, "action"),
    method: methodOf(element, "method", complain),
    stream: readStream(stream, complain),
  };
}

function readStart(element: Element, complain: Complain): Verb | undefined {
  const [noun] = element.children;
  if (noun === undefined) complain("<Start> has nothing to start");
  if (noun?.name === "Recording") return readRecording(noun, complain);
  return noun && { verb: "unsimulated", name: `Start ${noun.name}` };
}

function readGather(element: Element, complain: Complain): GatherVerb {
  const numDigits = wholeNumber(element, "numDigits", 0, complain);
  return {
    verb: "Gather",
    ...given(element, "action"),
    method: methodOf(element, "method", complain),
    ...(numDigits === 0 ? {} : { numDigits }),
    timeoutSeconds: wholeNumber(element, "timeout", 5, complain),
    finishOnKey: finishKeys(element, "#", complain),
    actionOnEmptyResult: trueOrFalse(element, "actionOnEmptyResult", false, complain),
    prompts: [
      ...(/\bspeech\b/.test(element.attributes["input"] ?? "") ? [hearsNoSpeech] : []),
      ...element.children.flatMap((child) => readPrompt(child, complain) ?? []),
    ],
  };
}

const hearsNoSpeech = { verb: "unsimulated", name: "speech input of Gather" } as const;

/** What may stand in a `<Gather>`; anything else has been complained about by then. */
function readPrompt(element: Element, complain: Complain): GatherVerb["prompts"][number] | undefined {
  if (element.name !== "Say" && element.name !== "Play" && element.name !== "Pause") return undefined;
  const verb = verbReaders[element.name](element, complain);
  return verb !== undefined && isPrompt(verb) ? verb : undefined;
}

const isPrompt = (verb: Verb): verb is Prompt | (Verb & { verb: "unsimulated" }) =>
  verb.verb === "Say" || verb.verb === "Play" || verb.verb === "Pause" || verb.verb === "unsimulated";

function readStream(element: Element, complain: Complain): StreamNoun {
  const { url = "" } = element.attributes;
  for (const attribute of ["connectorName", "audioFormat", "sampleRate"])
    if (attribute in element.attributes) complain(`attribute "${attribute}" of <Stream> is not simulated`);
  return {
    url,
    ...given(element, "name", "track", "statusCallback"),
    statusCallbackMethod: methodOf(element, "statusCallbackMethod", complain),
    parameters: readParameters(element, complain),
  };
}

function readParameters(stream: Element, complain: Complain): Record<string, string> {
  const parameters: Record<string, string> = {};
  for (const { name: tag, attributes } of stream.children) {
    if (tag !== "Parameter") continue;
    const { name, value = "" } = attributes;
    if (name === undefined || name === "") complain("<Parameter> has no name");
    else if (name.length + value.length >= longestParameter)
      complain(`name and value of <Parameter name="${name}"> are not under ${longestParameter} characters`);
    else parameters[name] = value;
  }
  return parameters;
}
