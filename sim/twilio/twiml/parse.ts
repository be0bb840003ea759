import { type Complain, given, methodOf, oneOf } from "./attributes.ts";
import { readDial } from "./read-dial.ts";
import { readGather } from "./read-gather.ts";
import { promptReaders } from "./read-prompt.ts";
import { readRecord, readRecording } from "./read-recording.ts";
import { isUnsimulatedVerb, leftOut, violations } from "./schema.ts";
import type { StreamNoun, Verb } from "./verb.ts";
import { type Element, parseXml } from "./xml.ts";

/** A document ready to be run, what was wrong with it (each warning is a 12200), and what in it is left out here. */
export type Twiml = { verbs: Verb[]; warnings: string[]; leftOut: string[] };

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
  ...promptReaders,
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
  Reject: (element, complain) => ({
    verb: "Reject",
    reason: oneOf(element, "reason", ["rejected", "busy"], complain),
  }),
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
