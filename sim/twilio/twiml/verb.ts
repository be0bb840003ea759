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

/** What the interpreter knows how to do (twilio.md 2). `unsimulated` is a verb of Twilio's that is left out here. */
export type Verb =
  | { verb: "Say"; text: string; loop: number }
  | { verb: "Play"; digits: string; loop: number }
  | { verb: "Pause"; seconds: number }
  | { verb: "Connect"; action?: string; method: Method; stream: StreamNoun }
  | { verb: "Redirect"; url: string; method: Method }
  | { verb: "Hangup" }
  | { verb: "Reject"; reason: "rejected" | "busy" }
  | { verb: "unsimulated"; name: string };
