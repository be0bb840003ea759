import type { RealtimeServerEvent } from "openai/resources/realtime/realtime";
import { frameBytes, frameMs, silence } from "../../sim/audio/mulaw.ts";
import { virtualClock } from "../../sim/clock.ts";
import type { Scenario } from "../../sim/openai/scenario.ts";
import { realtimeSession } from "../../sim/openai/realtime/session.ts";
import { hum, humming } from "../../sim/voice/hum.ts";

/** What a phone bridge configures. */
export const phoneSession = {
  type: "realtime",
  audio: {
    input: {
      format: { type: "audio/pcmu" },
      turn_detection: { type: "server_vad", threshold: 0.5, prefix_padding_ms: 300, silence_duration_ms: 400 },
    },
    output: { format: { type: "audio/pcmu" }, voice: "marin" },
  },
};

/** A little over five seconds when hummed. */
export const longAnswer = "We are open from nine to five on every day of the week but Sunday, when we are closed.";

export type Received = RealtimeServerEvent & { atMs: number };

/** A client of one session, in virtual time. */
export function realtimeClient(scenario: Scenario = {}, model = "gpt-realtime-2.1") {
  const clock = virtualClock();
  const events: Received[] = [];
  const raw: string[] = [];
  let closed: { code: number; reason: string } | undefined;
  const session = realtimeSession({
    clock,
    model,
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

  /** Lets time pass, and promises settle, 20 ms at a time. */
  async function run(durationMs: number): Promise<void> {
    for (let passedMs = 0; passedMs < durationMs; passedMs += frameMs) {
      await Promise.resolve();
      clock.advance(Math.min(frameMs, durationMs - passedMs));
    }
    await Promise.resolve();
  }

  const send = (event: object): void => session.receive(JSON.stringify(event));

  /** Appends audio as a telephone does, 20 ms at a time. */
  async function play(mulaw: Uint8Array): Promise<void> {
    for (let at = 0; at < mulaw.length; at += frameBytes) {
      const audio = Buffer.from(mulaw.subarray(at, at + frameBytes)).toString("base64");
      send({ type: "input_audio_buffer.append", audio });
      await run(frameMs);
    }
  }

  return {
    session,
    clock,
    events,
    raw,
    send,
    run,
    play,
    sayAloud: (text: string) => play(hum(text, "caller")),
    stayQuiet: (durationMs: number) => play(silence(durationMs)),
    closed: () => closed,
    types: () => events.map(({ type }) => type),
    /** All events of a type so far. */
    all: <Type extends RealtimeServerEvent["type"]>(type: Type) =>
      events.filter((event): event is Extract<Received, { type: Type }> => event.type === type),
    /** Connects and configures; what was received until then is forgotten. */
    async configure(session: object = phoneSession) {
      await run(frameMs);
      send({ type: "session.update", session });
      events.length = 0;
    },
  };
}
