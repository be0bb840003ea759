import type { Speak } from "../../voice/voices.ts";
import { keepSilent, playAudio } from "../line/announcement.ts";
import { dtmfTones } from "../line/dtmf-tones.ts";
import type { Line } from "../line/line.ts";
import type { StreamNoun, Verb } from "../twiml/verb.ts";
import type { CallLog } from "./call-log.ts";
import type { Document, Instruction } from "./document.ts";

/** What a document is run on. */
export type Stage = {
  log: CallLog;
  speak: Speak;
  /** The line to the caller; the call is answered when it is first asked for. */
  line(): Line;
  /** Ends a call that was not answered. False when it was: then it is too late. */
  reject(reason: "rejected" | "busy"): boolean;
  /** Runs a stream; settles when it is over, whoever ended it, or could not begin. */
  runStream(noun: StreamNoun, documentUrl: string | undefined, signal: AbortSignal): Promise<void>;
};

/**
 * Runs a document, verb by verb, until it is over, a verb leads to another document, or `signal` is aborted. Gives
 * that other document; undefined means that the call is to end (twilio.md 1.8, 2).
 */
export async function runDocument(
  document: Document,
  stage: Stage,
  signal: AbortSignal,
): Promise<Instruction | undefined> {
  for (const verb of document.verbs) {
    if (signal.aborted) return undefined;
    stage.log.add({ kind: "verb", verb: verb.verb === "unsimulated" ? verb.name : verb.verb });
    const next = await runVerb(verb, document, stage, signal);
    if (next !== "next-verb") return next === "end" ? undefined : next;
  }
  return undefined;
}

async function runVerb(
  verb: Verb,
  document: Document,
  stage: Stage,
  signal: AbortSignal,
): Promise<Instruction | "next-verb" | "end"> {
  switch (verb.verb) {
    case "Say": {
      const line = stage.line();
      await repeat(verb.loop, await stage.speak(verb.text, "twilio"), line, signal);
      return "next-verb";
    }
    case "Play":
      await repeat(verb.loop, dtmfTones(verb.digits), stage.line(), signal);
      return "next-verb";
    case "Pause":
      await keepSilent(stage.line(), verb.seconds * 1_000, signal);
      return "next-verb";
    case "Connect":
      stage.line();
      await stage.runStream(verb.stream, document.url, signal);
      return verb.action === undefined ? "next-verb" : elsewhere(verb.action, verb.method, document, stage);
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

/** Plays audio so many times; 0 is until the call goes elsewhere. */
async function repeat(times: number, audio: Uint8Array, line: Line, signal: AbortSignal): Promise<void> {
  if (audio.length === 0) return;
  const rounds = times === 0 ? Number.POSITIVE_INFINITY : times;
  for (let round = 0; round < rounds && !signal.aborted; round++) await playAudio(line, audio, signal);
}

function elsewhere(url: string, method: "GET" | "POST", document: Document, stage: Stage): Instruction | "next-verb" {
  if (URL.canParse(url, document.url)) return { url: new URL(url, document.url).href, method };
  stage.log.add({ kind: "error", code: 11200, message: `"${url}" is not a URL` });
  return "next-verb";
}
