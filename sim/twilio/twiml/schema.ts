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
    Dial: {
      attributes: (
        "action answerOnBridge callerId events hangupOnStar method passports record recordingConfigurationId " +
        "recordingStatusCallback recordingStatusCallbackEvent recordingStatusCallbackMethod recordingTrack " +
        "referMethod referUrl ringTone sequential timeLimit timeout trim"
      ).split(" "),
      children: ["Number"],
      text: "allowed",
    },
    Number: {
      attributes: (
        "url method sendDigits byoc statusCallback statusCallbackEvent statusCallbackMethod machineDetection " +
        "machineDetectionTimeout machineDetectionSpeechThreshold machineDetectionSpeechEndThreshold " +
        "machineDetectionSilenceTimeout amdStatusCallback amdStatusCallbackMethod"
      ).split(" "),
      children: [],
      text: "allowed",
    },
    Gather: {
      attributes: (
        "action actionOnEmptyResult bargeIn debug enhanced finishOnKey hints input language maxSpeechTime method " +
        "numDigits partialResultCallback partialResultCallbackMethod profanityFilter speechModel speechTimeout timeout"
      ).split(" "),
      children: ["Say", "Play", "Pause"],
      text: "none",
    },
    Record: {
      attributes: (
        "action finishOnKey maxLength method playBeep recordingConfigurationId recordingStatusCallback " +
        "recordingStatusCallbackEvent recordingStatusCallbackMethod timeout transcribe transcribeCallback trim"
      ).split(" "),
      children: [],
      text: "none",
    },
    Start: { attributes: ["action", "method"], children: ["Recording", "Stream"], text: "none" },
    Recording: {
      attributes: (
        "channels recordingConfigurationId recordingStatusCallback recordingStatusCallbackEvent " +
        "recordingStatusCallbackMethod track trim"
      ).split(" "),
      children: [],
      text: "none",
    },
    Parameter: { attributes: ["name", "value"], children: [], text: "none" },
    Redirect: { attributes: ["method"], children: [], text: "allowed" },
    Hangup: { attributes: [], children: [], text: "none" },
    Reject: { attributes: ["reason"], children: [], text: "none" },
  }),
);

/** Verbs and nouns that Twilio knows and this stand-in does not play. */
const unsimulatedVerbs = words("Echo Enqueue Leave Pay Prompt Queue Refer Stop");
const unsimulatedNouns = words(
  "Room Conversation ConversationRelay ConversationRelaySession AiSession VirtualAgent Autopilot Client Conference " +
    "Sip Queue Sim Application WhatsApp Transcription Siprec",
);
/** What is listened to elsewhere, and does nothing here. */
const unsimulatedAttributes = new Map(
  Object.entries({
    Dial: words("events passports record recordingStatusCallback referUrl ringTone sequential"),
    Number: words("byoc machineDetection amdStatusCallback"),
    Record: words("transcribe transcribeCallback"),
  }),
);

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(" "));
}

export const isUnsimulatedVerb = (name: string): boolean => unsimulatedVerbs.has(name);

/** Everything in a verb that Twilio would do and this stand-in leaves out, as a person would name it. */
export function leftOut(element: Element): string[] {
  const known = unsimulatedAttributes.get(element.name);
  const attributes = Object.keys(element.attributes)
    .filter((name) => known?.has(name) === true)
    .map((name) => `${name} of ${element.name}`);
  const nouns = element.children
    .filter(({ name }) => element.name !== "Connect" && element.name !== "Start" && unsimulatedNouns.has(name))
    .map(({ name }) => `${element.name} ${name}`);
  return [...attributes, ...nouns, ...element.children.flatMap(leftOut)];
}

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
