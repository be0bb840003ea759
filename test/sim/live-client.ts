import type { ServerEvent } from "openai/resources/live/live";
import { rms } from "../../sim/audio/level.ts";
import { frameBytes, frameMs, silence } from "../../sim/audio/mulaw.ts";
import { virtualClock } from "../../sim/clock.ts";
import { liveSession } from "../../sim/openai/live/session.ts";
import type { Scenario } from "../../sim/openai/scenario.ts";
import { hum, humming } from "../../sim/voice/hum.ts";

/** What a phone bridge starts a session with. */
export const phoneStart = {
  model: "gpt-live-1.1",
  audio: { format: { type: "audio/pcmu", rate: 8_000 }, output: { voice: "marin" } },
};

const backend = {
  model: "gpt-5.6-luna",
  tools: [
    { type: "function", name: "hours", parameters: { type: "object", properties: {} } },
    { type: "function", name: "weather", parameters: { type: "object", properties: {} } },
  ],
};

/** The same, with a backend of OpenAI's; `changes` replace settings of it. */
export const startWithBackend = (changes: object = {}) => ({
  ...phoneStart,
  delegation: { type: "responses", responses: { ...backend, ...changes } },
});

export type LiveReceived = ServerEvent & { atMs: number };

/** A client of one session, in virtual time. */
export function liveClient(scenario: Scenario = {}) {
  const clock = virtualClock();
  const events: LiveReceived[] = [];
  const raw: string[] = [];
  let closed: { code: number; reason: string } | undefined;
  const session = liveSession({
    clock,
    scenario,
    speak: humming,
    wire: {
      send(text) {
        raw.push(text);
        if (text.startsWith("{") && text.endsWith("}")) events.push({ ...JSON.parse(text), atMs: clock.nowMs() });
      },
      close: (code, reason) => {
        closed = { code, reason };
      },
    },
  });

  /** Lets time pass, and promises settle, 20 ms at a time, without a sound. */
  async function run(durationMs: number): Promise<void> {
    for (let passedMs = 0; passedMs < durationMs; passedMs += frameMs) {
      await Promise.resolve();
      clock.advance(Math.min(frameMs, durationMs - passedMs));
    }
    await Promise.resolve();
  }

  const send = (event: object): void => session.receive(JSON.stringify(event));

  const append = (mulaw: Uint8Array): void =>
    send({ type: "session.input_audio.append", audio: Buffer.from(mulaw).toString("base64") });

  /** Appends audio as a telephone does, 20 ms at a time. */
  async function play(mulaw: Uint8Array): Promise<void> {
    for (let at = 0; at < mulaw.length; at += frameBytes) {
      append(mulaw.subarray(at, at + frameBytes));
      await run(frameMs);
    }
  }

  const all = <Type extends ServerEvent["type"]>(type: Type) =>
    events.filter((event): event is Extract<LiveReceived, { type: Type }> => event.type === type);

  return {
    session,
    clock,
    events,
    raw,
    send,
    append,
    run,
    play,
    all,
    sayAloud: (text: string) => play(hum(text, "caller")),
    stayQuiet: (durationMs: number) => play(silence(durationMs)),
    closed: () => closed,
    types: () => events.map(({ type }) => type),
    /** Starts the session; what was received until then is forgotten. */
    start(start: object = phoneStart) {
      send({ type: "session.start", session: start });
      events.length = 0;
    },
    /** All audio received, as 8 kHz μ-law if the session has that. */
    output: () => new Uint8Array(Buffer.concat(deltas(all("session.output_audio.delta")))),
    /** The sentences that can be heard in the output, as the session reports them. */
    sentences: () => session.spoken().map(({ text }) => text),
    /** What is nested in `response.event`. */
    nested: () => all("response.event").map(({ event }) => event),
  };
}

const deltas = (events: readonly { delta: string }[]): Buffer[] =>
  events.map(({ delta }) => Buffer.from(delta, "base64"));

/** The bounds of OpenAI's own silence (openai.md B4). */
export const isLoud = (mulaw: Uint8Array): boolean => rms(mulaw) > 0.0006;
