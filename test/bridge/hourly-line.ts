import type { Effect } from "../../worker/bridge/effects.ts";
import type { BridgeOptions } from "../../worker/bridge/options.ts";
import {
  type Line,
  audio,
  audioEnded,
  echoMarks,
  line,
  only,
  responseEnded,
  responseStarted,
  speechStopped,
} from "./line.ts";

export const hourMs = 3_600_000;
/** When the next session is opened. */
export const leadMs = hourMs - 90_000;

/** A call on a session that ends by itself after an hour. */
export function hourly(options: BridgeOptions = {}): Line {
  const call = line(options);
  call.happens({ type: "stream.started" });
  echoMarks(call);
  call.happens({ type: "model.opened" });
  call.happens({ type: "model.ready", expiresAtMs: hourMs });
  return call;
}

export const until = (call: Line, atMs: number): Effect[] => call.wait(atMs - call.nowMs);

/** The next session is dialled, opened and ready; gives what it was told. */
export function nextIsReady(call: Line, expiresAtMs = 2 * hourMs) {
  until(call, leadMs);
  const [configured] = only(call.happens({ type: "next.opened" }), "model.configure");
  call.happens({ type: "next.ready", expiresAtMs });
  return configured;
}

/** The caller says something, and the agent answers, of which all is heard. */
export function oneTurn(call: Line, name: string): void {
  call.happens({ type: "model.speech-started", itemId: `c-${name}` });
  call.happens(speechStopped);
  call.happens({ type: "model.caller-words", itemId: `c-${name}`, text: `Question ${name}.` });
  call.happens(responseStarted(name));
  call.happens({ type: "model.agent-words", itemId: `a-${name}`, text: `Answer ${name}.` });
  call.happens(audio(`a-${name}`, 1_000, name));
  call.happens(audioEnded(`a-${name}`, name));
  call.happens(responseEnded(name));
  call.wait(1_010);
  echoMarks(call);
}

export const words = (by: "caller" | "agent", text: string, itemId: string) => ({ what: "words", by, text, itemId });
export const turnOf = (name: string) => [
  words("caller", `Question ${name}.`, `c-${name}`),
  words("agent", `Answer ${name}.`, `a-${name}`),
];
