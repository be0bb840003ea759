import {
  type Complain,
  finishKeys,
  given,
  methodOf,
  oneOf,
  recordingCallback,
  trueOrFalse,
  wholeNumber,
} from "./attributes.ts";
import type { RecordVerb, StartRecordingVerb } from "./verb.ts";
import type { Element } from "./xml.ts";

export const readRecord = (element: Element, complain: Complain): RecordVerb => ({
  verb: "Record",
  ...given(element, "action"),
  method: methodOf(element, "method", complain),
  maxLengthSeconds: wholeNumber(element, "maxLength", 3_600, complain),
  timeoutSeconds: wholeNumber(element, "timeout", 5, complain),
  finishOnKey: finishKeys(element, "1234567890*#", complain),
  playBeep: trueOrFalse(element, "playBeep", true, complain),
  trim: oneOf(element, "trim", ["trim-silence", "do-not-trim"], complain) === "trim-silence",
  ...recordingCallback(element, complain),
});

/** Reads the `<Recording>` of a `<Start>`. */
export const readRecording = (element: Element, complain: Complain): StartRecordingVerb => ({
  verb: "Start Recording",
  track: oneOf(element, "track", ["both", "inbound", "outbound"], complain),
  channels: oneOf(element, "channels", ["dual", "mono"], complain),
  ...recordingCallback(element, complain),
});
