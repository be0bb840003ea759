import type { Verb } from "../twiml/verb.ts";
import { type Next, elsewhere } from "../verbs/elsewhere.ts";
import { runDial } from "../verbs/run-dial.ts";
import { runGather } from "../verbs/run-gather.ts";
import { runPrompt } from "../verbs/run-prompt.ts";
import { runRecord } from "../verbs/run-record.ts";
import type { Stage } from "../verbs/stage.ts";
import { startRecording } from "../verbs/start-recording.ts";
import type { Document, Instruction } from "./document.ts";
import { runStream } from "./run-stream.ts";

/** How a document ended: it led to another one, its last verb is over, or one of them hung up. */
export type Outcome = Instruction | "over" | "hung-up";

/**
 * Runs a document, verb by verb, until it is over, a verb leads to another document, or `signal` is aborted
 * (twilio.md 1.8, 2).
 */
export async function runDocument(document: Document, stage: Stage, signal: AbortSignal): Promise<Outcome> {
  for (const verb of document.verbs) {
    if (signal.aborted) return "over";
    stage.log.add({ kind: "verb", verb: verb.verb === "unsimulated" ? verb.name : verb.verb });
    const next = await runVerb(verb, document, stage, signal);
    if (next !== "next-verb") return next === "end" ? "hung-up" : next;
  }
  return "over";
}

async function runVerb(verb: Verb, document: Document, stage: Stage, signal: AbortSignal): Promise<Next> {
  switch (verb.verb) {
    case "Say":
    case "Play":
    case "Pause":
      await runPrompt(verb, stage, signal);
      return "next-verb";
    case "Connect":
      await runStream(verb.stream, document.url, { ...stage, line: stage.line() }, signal);
      return verb.action === undefined ? "next-verb" : elsewhere(verb.action, verb.method, document, stage);
    case "Dial":
      return runDial(verb, document, stage, signal);
    case "Gather":
      return runGather(verb, document, stage, signal);
    case "Record":
      return runRecord(verb, document, stage, signal);
    case "Start Recording":
      startRecording(verb, document, stage);
      return "next-verb";
    case "Redirect":
      return elsewhere(verb.url, verb.method, document, stage);
    case "Hangup":
      stage.line();
      return "end";
    case "Reject":
      if (stage.reject(verb.reason)) return "end";
      stage.log.add({ kind: "warning", code: 12200, message: "<Reject> comes after the call was answered" });
      return "next-verb";
    case "unsimulated":
      stage.log.add({ kind: "note", message: `${verb.name} is not simulated: it is passed over` });
      return "next-verb";
  }
}
