import type { Fact } from "../../sim/openai/facts.ts";
import type { PhoneEvent } from "../../sim/phone/phone-event.ts";
import type { LogEntry } from "../../sim/twilio/call/call-log.ts";
import type { TwilioEvent } from "../../sim/twilio/twilio.ts";
import { greeting } from "./story.ts";

/** Tells a call in the terminal while it happens, and keeps what was said. */
export type Narrator = {
  onTwilio(event: TwilioEvent): void;
  onModel(fact: Fact): void;
  readonly phoneEvents: PhoneEvent[];
  /** The call in words: what the caller heard, with what was cut marked. */
  transcript(): string;
};

type Utterance = { who: "Twilio" | "Caller" | "Assistant"; heard: string; unheard?: string };

/** `print` gets one line at a time; times are of the call as the phone counts them. */
export function narrator(print: (line: string) => void): Narrator {
  const phoneEvents: PhoneEvent[] = [];
  const said: Utterance[] = [];
  let callerQuietAtMs: number | undefined;
  let modelsWords: string | undefined;
  /** When the call's time was 0, by this process's clock. */
  let beganAtMs: number | undefined;

  const nowMs = (): number => (beganAtMs === undefined ? 0 : performance.now() - beganAtMs);
  const tell = (atMs: number, who: string, what: string): void =>
    print(`${(atMs / 1000).toFixed(2).padStart(7)} s  ${who.padEnd(10)} ${what}`);

  function onPhone(event: PhoneEvent): void {
    phoneEvents.push(event);
    beganAtMs ??= performance.now() - event.atMs;
    switch (event.event) {
      case "step-began":
        if (event.step.step === "say") callerSays(event.step.text, event.atMs);
        return;
      case "caller-spoke":
        callerQuietAtMs = undefined;
        return;
      case "caller-quiet":
        callerQuietAtMs = event.atMs;
        return;
      case "agent-heard":
        return agentHeard(event.atMs);
      case "hung-up":
        return tell(event.atMs, event.by === "caller" ? "Caller" : "Twilio", "hangs up");
      case "pressed":
        return tell(event.atMs, "Caller", `presses ${event.digit}`);
      case "key-heard":
        return tell(event.atMs, "Caller", `hears the key ${event.digit}`);
      case "step-gave-up":
        return tell(event.atMs, "Caller", "has waited in vain");
      case "agent-quiet":
    }
  }

  function callerSays(text: string, atMs: number): void {
    said.push({ who: "Caller", heard: text });
    const isInterrupting = isAgentSpeaking();
    tell(atMs, "Caller", `“${text}”${isInterrupting ? "   ← speaks over the assistant" : ""}`);
  }

  function isAgentSpeaking(): boolean {
    const last = phoneEvents.findLast(({ event }) => event === "agent-heard" || event === "agent-quiet");
    return last?.event === "agent-heard";
  }

  function agentHeard(atMs: number): void {
    if (said.length === 0) {
      said.push({ who: "Twilio", heard: greeting });
      return tell(atMs, "Twilio", `“${greeting}”`);
    }
    const waited = callerQuietAtMs === undefined ? "" : `   ← ear time ${Math.round(atMs - callerQuietAtMs)} ms`;
    const words = modelsWords === undefined ? "(speaks)" : `“${modelsWords}”`;
    tell(atMs, "Assistant", words + waited);
    if (modelsWords !== undefined) said.push({ who: "Assistant", heard: modelsWords });
    modelsWords = undefined;
  }

  /** The stand-in writes the tools that a response calls behind its words, each after an arrow. */
  function responseStarted(text: string): void {
    const [words = "", ...tools] = text.split("→").map((part) => part.trim());
    if (words !== "") modelsWords = words;
    for (const tool of tools) tell(nowMs(), "Tool", tool);
  }

  function cut(fact: Fact & { type: "truncated" }): void {
    const last = said.findLast(({ who }) => who === "Assistant");
    const unheard = last?.heard.slice(fact.heardText.length).trim() ?? fact.unheardText;
    if (last) Object.assign(last, { heard: fact.heardText, unheard });
    tell(nowMs(), "Barge-in", `the model forgets all after ${fact.audioEndMs} ms`);
    print(`${" ".repeat(21)}heard:     “${fact.heardText}”`);
    print(`${" ".repeat(21)}not heard: “${unheard}”`);
  }

  function logged(entry: LogEntry): void {
    if (entry.kind === "note") tell(nowMs(), "Twilio", `(${entry.message})`);
    if (entry.kind !== "request" || entry.purpose !== "document") return;
    const { pathname } = new URL(entry.url);
    const status = entry.status ?? "no answer";
    tell(nowMs(), "Twilio", `${entry.method} ${pathname} → ${status} in ${Math.round(entry.durationMs)} ms`);
  }

  return {
    onTwilio(event) {
      if ("phone" in event) onPhone(event.phone);
      else logged(event.log);
    },
    onModel(fact) {
      if (fact.type === "response-started") responseStarted(fact.text);
      if (fact.type === "truncated") cut(fact);
    },
    phoneEvents,
    transcript: () =>
      said.map(({ who, heard, unheard }) => `${who}: ${heard}${unheard ? ` [not heard: ${unheard}]` : ""}\n`).join(""),
  };
}
