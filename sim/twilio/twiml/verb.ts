import type { StatusEvent } from "./status-event.ts";

export type Method = "GET" | "POST";

/** One `<Connect><Stream>` as the document wrote it. URLs may still be relative to the document's. */
export type StreamNoun = {
  url: string;
  name?: string;
  track?: string;
  statusCallback?: string;
  statusCallbackMethod: Method;
  parameters: Record<string, string>;
};

/** A verb that only makes itself heard. */
export type Prompt =
  | { verb: "Say"; text: string; loop: number }
  | { verb: "Play"; digits: string; loop: number }
  | { verb: "Pause"; seconds: number };

/** A verb of Twilio's, or a part of one, that is left out here. */
export type Unsimulated = { verb: "unsimulated"; name: string };

/** One phone that a `<Dial>` calls. Its `url` is what only that phone hears before it is put through. */
export type NumberNoun = {
  number: string;
  url?: string;
  method: Method;
  sendDigits?: string;
  statusCallback?: string;
  statusCallbackMethod: Method;
  statusCallbackEvents: StatusEvent[];
};

export type DialVerb = {
  verb: "Dial";
  action?: string;
  method: Method;
  callerId?: string;
  timeoutSeconds: number;
  timeLimitSeconds: number;
  answerOnBridge: boolean;
  hangupOnStar: boolean;
  numbers: NumberNoun[];
};

export type GatherVerb = {
  verb: "Gather";
  action?: string;
  method: Method;
  numDigits?: number;
  timeoutSeconds: number;
  /** Empty when no key ends it. */
  finishOnKey: string;
  actionOnEmptyResult: boolean;
  prompts: (Prompt | Unsimulated)[];
};

/** Where to tell what becomes of a recording. */
export type RecordingCallback = { url: string; method: Method; events: RecordingEvent[] };
export type RecordingEvent = "in-progress" | "completed" | "absent";

export type RecordVerb = {
  verb: "Record";
  action?: string;
  method: Method;
  maxLengthSeconds: number;
  timeoutSeconds: number;
  finishOnKey: string;
  playBeep: boolean;
  trim: boolean;
  callback?: RecordingCallback;
};

/** `<Start><Recording>`: the whole call from here on. */
export type StartRecordingVerb = {
  verb: "Start Recording";
  track: "inbound" | "outbound" | "both";
  channels: "mono" | "dual";
  callback?: RecordingCallback;
};

/** What the interpreter knows how to do (twilio.md 2). */
export type Verb =
  | Prompt
  | DialVerb
  | GatherVerb
  | RecordVerb
  | StartRecordingVerb
  | { verb: "Connect"; action?: string; method: Method; stream: StreamNoun }
  | { verb: "Redirect"; url: string; method: Method }
  | { verb: "Hangup" }
  | { verb: "Reject"; reason: "rejected" | "busy" }
  | Unsimulated;
