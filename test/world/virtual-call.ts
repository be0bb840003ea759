import { type Clock, virtualClock } from "../../sim/clock.ts";
import { type RealtimeSession, realtimeSession } from "../../sim/openai/realtime/session.ts";
import type { Scenario } from "../../sim/openai/scenario.ts";
import type { PhoneEvent } from "../../sim/phone/phone-event.ts";
import { phone } from "../../sim/phone/phone.ts";
import { speakerphone } from "../../sim/phone/speakerphone.ts";
import { follow } from "../../sim/phone/script.ts";
import type { PhoneStep } from "../../sim/phone/step.ts";
import { openLine } from "../../sim/twilio/line/line.ts";
import { type MediaStream, type StreamWarning, mediaStream } from "../../sim/twilio/media-stream/media-stream.ts";
import { type Network, delayedPeer, delayedWire } from "../../sim/twilio/network/delay.ts";
import { humming } from "../../sim/voice/hum.ts";
import type { Peer, Wire } from "../../sim/wire.ts";
import type { BridgeOptions } from "../../worker/bridge/options.ts";
import type { KeyRequest } from "../../worker/bridge/key-request.ts";
import { type Conversation, converse } from "../../worker/conversation.ts";
import { type ModelLeg, type ModelListener, modelReader } from "../../worker/model-leg.ts";
import { openaiRealtime } from "../../worker/models/openai-realtime/protocol.ts";
import type { ModelSettings } from "../../worker/models/settings.ts";
import { decode } from "../../worker/twilio/media-stream.ts";
import { plainModel as modelSettings } from "./plain-model.ts";

export type VirtualCallOptions = {
  script: PhoneStep[];
  scenario?: Scenario;
  greeting?: string;
  bridge?: BridgeOptions;
  /** What is special about the model. */
  model?: Partial<ModelSettings>;
  /** The model is made ready so long before the stream comes. */
  preparedMs?: number;
  /** The stream's socket is gone at this time, without a word. */
  dropAtMs?: number;
  /** How long a tool runs; every tool answers with its own name. */
  toolMs?: () => number;
  /** Every tool asks for keys first, and answers with their count. */
  keys?: KeyRequest;
  /** The caller's phone is a speakerphone: it gives back what it plays, so much later and quieter. */
  echo?: { delayMs: number; lossDb: number };
  /** What lies between us and the model, each way. */
  modelDelayMs?: number;
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
  readonly log: { event: string; fields: Record<string, unknown>; atMs: number }[];
  /** Timers that are set, ours and the stand-ins'. */
  pendingTimerCount(): number;
};

const stepMs = 5;

export async function virtualCall(options: VirtualCallOptions): Promise<VirtualCall> {
  const { modelDelayMs = 0 } = options;
  const clock = virtualClock();
  const bridge = { greeting: options.greeting, ...options.bridge };
  const provider = openaiRealtime({
    ...modelSettings,
    answersByItself: bridge.interruption === undefined,
    ...options.model,
  });
  const phoneEvents: PhoneEvent[] = [];
  const warnings: StreamWarning[] = [];
  const log: VirtualCall["log"] = [];
  let session: RealtimeSession | undefined;

  function dial(listener: ModelListener): ModelLeg {
    const read = modelReader(provider, listener);
    let isModelOpen = true;
    const opened = realtimeSession({
      wire: {
        send: (text) => void clock.after(modelDelayMs, () => isModelOpen && read(text)),
        close(code, reason) {
          clock.after(modelDelayMs, () => {
            if (isModelOpen) listener.happened({ type: "model.closed", code, reason });
            isModelOpen = false;
          });
        },
      },
      clock,
      model: modelSettings.model,
      speak: humming,
      scenario: options.scenario ?? {},
    });
    session = opened;
    return {
      send(command) {
        const text = provider.encode(command);
        if (modelDelayMs === 0) opened.receive(text);
        else clock.after(modelDelayMs, () => isModelOpen && opened.receive(text));
      },
      close() {
        isModelOpen = false;
        opened.closed(1000, "");
      },
      get isOpen() {
        return isModelOpen;
      },
    };
  }

  const conversation = converse({
    dial,
    clock,
    bridge,
    runTool: async ({ name }, { signal, askKeys }) => {
      await later(clock, options.toolMs?.() ?? 0, signal);
      return { output: options.keys === undefined ? name : `${(await askKeys(options.keys)).length} keys` };
    },
    completeCall: () => void log.push({ event: "call completed", fields: {}, atMs: clock.nowMs() }),
    redirectCall: () => void log.push({ event: "call redirected", fields: {}, atMs: clock.nowMs() }),
    loggedModelEvents: new Set(),
    log: (event, fields = {}) => void log.push({ event, fields, atMs: clock.nowMs() }),
  });

  /** Our Worker as Twilio's wire sees it: the first good `start` begins the conversation. */
  function worker(toTwilio: Wire): Peer {
    let isOpen = true;
    let hasBegun = false;
    const drop = options.dropAtMs === undefined ? undefined : clock.after(options.dropAtMs, dropped);

    /** Gone, without a word on either side. */
    function dropped(): void {
      if (isOpen) toTwilio.close(1006, "dropped");
      closed(1006, "dropped");
    }
    function closed(code: number, reason: string): void {
      if (!isOpen) return;
      over();
      conversation.callerClosed(code, reason);
    }
    function over(): void {
      isOpen = false;
      drop?.cancel();
      // Nothing follows the stream here.
      clock.after(0, () => line.close());
    }
    const socket = {
      send: (text: string) => isOpen && toTwilio.send(text),
      close(code: number, reason: string) {
        over();
        toTwilio.close(code, reason);
      },
      get isOpen() {
        return isOpen;
      },
    };
    return {
      receive(message) {
        if (hasBegun) return isOpen ? conversation.takeFromCaller(message) : undefined;
        const decoded = decode(message);
        if (decoded.kind !== "start") return;
        hasBegun = true;
        conversation.begin({ socket, streamSid: decoded.start.streamSid, said: undefined });
      },
      closed,
    };
  }

  const step = async (durationMs: number): Promise<void> => {
    clock.advance(durationMs);
    await Promise.resolve(); // Speech is handed over by a promise.
  };
  const run = async (durationMs: number): Promise<void> => {
    for (let left = durationMs; left > 0; left -= stepMs) await step(Math.min(stepMs, left));
  };

  if (options.preparedMs !== undefined) {
    conversation.prepare("Connected.");
    await run(options.preparedMs);
  }
  const holder = await follow(options.script, humming);
  const handset = phone(holder, (event) => void phoneEvents.push(event));
  const line = openLine(clock, options.echo === undefined ? handset : speakerphone(handset, options.echo), () =>
    stream.stop(),
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
    run,
    stream,
    get session() {
      if (session === undefined) throw new Error("no model was dialled");
      return session;
    },
    conversation,
    phoneEvents,
    warnings,
    log,
    pendingTimerCount: () => clock.pendingCount(),
  };
}

/** Resolves after so long, or never once the signal aborts. */
const later = (clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = clock.after(delayMs, resolve);
    signal.addEventListener("abort", () => timer.cancel());
  });

const none = { delayMs: 0, jitterMs: 0 };
const near: Network = { toServer: none, toTwilio: none, random: () => 0 };
