import { virtualClock } from "../../sim/clock.ts";
import { type RealtimeSession, realtimeSession } from "../../sim/openai/realtime/session.ts";
import type { Scenario } from "../../sim/openai/scenario.ts";
import type { PhoneEvent } from "../../sim/phone/phone-event.ts";
import { phone } from "../../sim/phone/phone.ts";
import { follow } from "../../sim/phone/script.ts";
import type { PhoneStep } from "../../sim/phone/step.ts";
import { openLine } from "../../sim/twilio/line/line.ts";
import { type MediaStream, type StreamWarning, mediaStream } from "../../sim/twilio/media-stream/media-stream.ts";
import { type Network, delayedPeer, delayedWire } from "../../sim/twilio/network/delay.ts";
import { humming } from "../../sim/voice/hum.ts";
import type { Peer, Wire } from "../../sim/wire.ts";
import type { BridgeOptions } from "../../worker/bridge/options.ts";
import { type Conversation, converse } from "../../worker/conversation.ts";
import { modelReader } from "../../worker/model-leg.ts";
import { openaiRealtime } from "../../worker/models/openai-realtime/protocol.ts";
import { decode } from "../../worker/twilio/media-stream.ts";
import { plainModel as modelSettings } from "./plain-model.ts";

export type VirtualCallOptions = {
  script: PhoneStep[];
  scenario?: Scenario;
  greeting?: string;
  bridge?: BridgeOptions;
  /** How long a tool runs; every tool answers with its own name. */
  toolMs?: () => number;
  /** What lies between the phone company and us. */
  network?: Network;
};

/** A whole call in virtual time: the stand-ins' phone and model, our codecs, bridge and shell, and no socket. */
export type VirtualCall = {
  /** Lets so much time pass. */
  run(durationMs: number): Promise<void>;
  readonly stream: MediaStream;
  readonly session: RealtimeSession;
  readonly conversation: Conversation;
  readonly phoneEvents: PhoneEvent[];
  readonly warnings: StreamWarning[];
  /** The lines of the call's log. */
  readonly log: { event: string; fields: Record<string, unknown> }[];
  /** Timers that are set, ours and the stand-ins'. */
  pendingTimerCount(): number;
};

const stepMs = 5;

export async function virtualCall(options: VirtualCallOptions): Promise<VirtualCall> {
  const clock = virtualClock();
  const provider = openaiRealtime(modelSettings);
  const phoneEvents: PhoneEvent[] = [];
  const warnings: StreamWarning[] = [];
  const log: VirtualCall["log"] = [];
  let conversation: Conversation | undefined;
  let session: RealtimeSession | undefined;

  /** Our Worker as Twilio's wire sees it: the first good `start` begins the conversation. */
  const worker = (toTwilio: Wire): Peer => ({
    receive(message) {
      if (conversation) return conversation.takeFromCaller(message);
      const decoded = decode(message);
      if (decoded.kind !== "start") return;
      let isOpen = true;
      conversation = converse({
        caller: {
          send: (text) => toTwilio.send(text),
          close(code, reason) {
            isOpen = false;
            toTwilio.close(code, reason);
          },
          get isOpen() {
            return isOpen;
          },
        },
        streamSid: decoded.start.streamSid,
        dial: (listener) => {
          const read = modelReader(provider, listener);
          let isModelOpen = true;
          session = realtimeSession({
            wire: {
              send: (text) => void clock.after(0, () => isModelOpen && read(text)),
              close: (code, reason) => listener.happened({ type: "model.closed", code, reason }),
            },
            clock,
            model: modelSettings.model,
            speak: humming,
            scenario: options.scenario ?? {},
          });
          const opened = session;
          return {
            send: (command) => opened.receive(provider.encode(command)),
            close() {
              isModelOpen = false;
              opened.closed(1000, "");
            },
            get isOpen() {
              return isModelOpen;
            },
          };
        },
        clock,
        bridge: { greeting: options.greeting, ...options.bridge },
        runTool: ({ name }, signal) =>
          new Promise((resolve) => {
            const timer = clock.after(options.toolMs?.() ?? 0, () => resolve({ output: name }));
            signal.addEventListener("abort", () => timer.cancel());
          }),
        completeCall: () => void log.push({ event: "call completed", fields: {} }),
        loggedModelEvents: new Set(),
        log: (event, fields = {}) => void log.push({ event, fields }),
      });
    },
    closed: (code, reason) => conversation?.callerClosed(code, reason),
  });

  const holder = await follow(options.script, humming);
  const line = openLine(
    clock,
    phone(holder, (event) => void phoneEvents.push(event)),
    () => stream.stop(),
  );
  const network = options.network ?? near;
  const ours: { peer?: Peer } = {};
  const wire = delayedWire(
    {
      send: (text) => ours.peer?.receive(text),
      close: (code, reason) => ours.peer?.closed(code, reason),
    },
    clock,
    network.toServer,
    network.random,
  );
  const stream = mediaStream(wire, {
    clock,
    accountSid: "AC00000000000000000000000000000001",
    callSid: "CA00000000000000000000000000000001",
    streamSid: "MZ00000000000000000000000000000001",
    customParameters: {},
    onWarning: (warning) => void warnings.push(warning),
  });
  const twilioEnd = delayedPeer(stream, clock, network.toTwilio, network.random);
  ours.peer = worker({
    send: (text) => twilioEnd.receive(text),
    close: (code, reason) => twilioEnd.closed(code, reason),
  });
  line.connect(stream);

  return {
    async run(durationMs) {
      for (let left = durationMs; left > 0; left -= stepMs) {
        clock.advance(Math.min(stepMs, left));
        await Promise.resolve(); // Speech is handed over by a promise.
      }
    },
    stream,
    get session() {
      if (session === undefined) throw new Error("no model was dialled");
      return session;
    },
    get conversation() {
      if (conversation === undefined) throw new Error("no stream was started");
      return conversation;
    },
    phoneEvents,
    warnings,
    log,
    pendingTimerCount: () => clock.pendingCount(),
  };
}

const none = { delayMs: 0, jitterMs: 0 };
const near: Network = { toServer: none, toTwilio: none, random: () => 0 };
