import { keepSilent, playAudio } from "../line/announcement.ts";
import { dtmfTones } from "../line/dtmf-tones.ts";
import type { Line } from "../line/line.ts";
import type { Prompt } from "../twiml/verb.ts";
import type { Stage } from "./stage.ts";

/** Runs a verb that only makes itself heard; settles when it was, or at once when `signal` is aborted. */
export async function runPrompt(verb: Prompt, stage: Stage, signal: AbortSignal): Promise<void> {
  const line = stage.line();
  switch (verb.verb) {
    case "Say":
      return repeat(verb.loop, await stage.platform.speak(verb.text, "twilio"), line, signal);
    case "Play":
      return repeat(verb.loop, dtmfTones(verb.digits), line, signal);
    case "Pause":
      return keepSilent(line, verb.seconds * 1_000, signal);
  }
}

/** Plays audio so many times; 0 is until the call goes elsewhere. */
async function repeat(times: number, audio: Uint8Array, line: Line, signal: AbortSignal): Promise<void> {
  if (audio.length === 0) return;
  const rounds = times === 0 ? Number.POSITIVE_INFINITY : times;
  for (let round = 0; round < rounds && !signal.aborted; round++) await playAudio(line, audio, signal);
}
