import { virtualClock } from "../../sim/clock.ts";
import type { RealtimeSession } from "../../sim/openai/realtime/session.ts";
import type { Scenario } from "../../sim/openai/scenario.ts";
import type { PhoneEvent } from "../../sim/phone/phone-event.ts";
import { phone } from "../../sim/phone/phone.ts";
import { speakerphone } from "../../sim/phone/speakerphone.ts";
import { follow } from "../../sim/phone/script.ts";
import type { PhoneStep } from "../../sim/phone/step.ts";
import { openLine } from "../../sim/twilio/line/line.ts";
import { type MediaStream, type StreamWarning, mediaStream } from "../../sim/twilio/media-stream/media-stream.ts";
import { type Network, delayedPeer, delayedWire } from "../../sim/network/delay.ts";
import { humming } from "../../sim/voice/hum.ts";
import type { Peer, Wire } from "../../sim/wire.ts";
import type { BridgeOptions } from "../../worker/bridge/options.ts";
import type { KeyRequest } from "../../worker/bridge/key-request.ts";
import type { Next } from "../../worker/bridge/next.ts";
import { type Conversation, type ConversationOptions, converse } from "../../worker/conversation.ts";
import { type ModelLeg, type ModelListener, openLeg } from "../../worker/model-leg.ts";
import type { Socket } from "../../worker/socket.ts";
import type { ModelSettings } from "../../worker/models/settings.ts";
import { decode } from "../../worker/twilio/media-stream.ts";
import { later } from "./later.ts";
import { plainModel as modelSettings } from "./plain-model.ts";
import { type VirtualModel, realtime } from "./virtual-models.ts";

export type VirtualCallOptions = {
  script: PhoneStep[];
  /** What the model does, in every session or by its number, from 0. */
  scenario?: Scenario | ((sessionIndex: number) => Scenario);
  greeting?: string;
  bridge?: BridgeOptions;
  /** What is special about the model. */
  model?: Partial<ModelSettings>;
  /** The model is made ready so long before the stream comes. */
  preparedMs?: number;
  /** The stream's socket is gone at this time, without a word. */
  dropAtMs?: number;
  /** So long after a stream from which the caller comes back there is another one; nobody has taken a transfer by then. */
  resumesAfterMs?: number;
  /** How long a tool runs; every tool answers with its own name. */
  toolMs?: () => number;
  /** Every tool asks for keys first, and answers with their count. */
  keys?: KeyRequest;
  /** The caller's phone is a speakerphone: it gives back what it plays, so much later and quieter. */
  echo?: { delayMs: number; lossDb: number };
  /** What lies between us and the model, each way. */
  modelDelayMs?: number;
  /** When nothing of the model gets through: it all comes at once afterwards. */
  modelStalls?: { atMs: number; durationMs: number }[];
  /** Takes what the call has cost so far, and says which ceiling of all calls is reached. */
  reportSpend?: ConversationOptions["reportSpend"];
  /** What lies between the phone company and us. */
  network?: Network;
};

/** A whole call in virtual time: the stand-ins' phone and model, our codecs, bridge and shell, and no socket. */
export type VirtualCall<Session = RealtimeSession> = {
  /** Lets so much time pass. */
  run(durationMs: number): Promise<void>;
  readonly stream: MediaStream;
  /** The newest session. */
  readonly session: Session;
  readonly sessions: readonly Session[];
  /** Every message that was sent to the model. */
  readonly sent: readonly string[];
  readonly conversation: Conversation;
  readonly phoneEvents: PhoneEvent[];
  readonly warnings: StreamWarning[];
  /** The lines of the call's log. */
  readonly log: { event: string; fields: Record<string, unknown>; atMs: number }[];
  /** Timers that are set, ours and the stand-ins'. */
  pendingTimerCount(): number;
};

const stepMs = 5;

/** A call on Realtime. */
export const virtualCall = (options: VirtualCallOptions): Promise<VirtualCall> => virtualCallOn(realtime, options);

/** A call on a model of one's own choice. */
export async function virtualCallOn<Session extends Peer>(
  model: VirtualModel<Session>,
  options: VirtualCallOptions,
): Promise<VirtualCall<Session>> {
  const { modelDelayMs = 0, modelStalls: stalls = [] } = options;
  const clock = virtualClock();
  const bridge = { greeting: options.greeting, ...options.bridge };
  const tools = ["look_up", "hang_up", "transfer", "send_digits"].map((name) => ({
    name,
    description: name,
    parameters: noParameters,
  }));
  const answersByItself = bridge.interruption === undefined;
  const provider = model.provider({ ...modelSettings, tools, answersByItself, ...options.model });
  const phoneEvents: PhoneEvent[] = [];
  const warnings: StreamWarning[] = [];
  const log: VirtualCall["log"] = [];
  const sent: string[] = [];
  const sessions: Session[] = [];

  function dial(listener: ModelListener): ModelLeg {
    let isOpen = true;
    let lastDueMs = 0;

    /** Takes so long, and longer where the network stands still; but nothing overtakes anything. */
    function later(task: () => void): void {
      const nowMs = clock.nowMs();
      const stall = stalls.find(({ atMs, durationMs }) => nowMs >= atMs && nowMs < atMs + durationMs);
      const dueMs = stall === undefined ? nowMs + modelDelayMs : stall.atMs + stall.durationMs;
      lastDueMs = Math.max(lastDueMs, dueMs);
      if (lastDueMs === nowMs) task();
      else clock.after(lastDueMs - nowMs, task);
    }
    const socket: Socket = {
      send(text) {
        sent.push(text);
        clock.after(modelDelayMs, () => isOpen && peer.receive(text));
      },
      close() {
        isOpen = false;
        clock.after(0, () => peer.closed(1000, ""));
      },
      get isOpen() {
        return isOpen;
      },
    };
    const leg = openLeg(provider, socket, listener, clock);
    const peer = model.open({
      wire: {
        send: (text) => later(() => isOpen && leg.receive(text)),
        close(code, reason) {
          later(() => {
            const wasOpen = isOpen;
            isOpen = false;
            if (wasOpen) leg.closed(code, reason);
          });
        },
      },
      clock,
      scenario: typeof options.scenario === "function" ? options.scenario(sessions.length) : (options.scenario ?? {}),
      name: String(sessions.length + 1),
    });
    sessions.push(peer);
    clock.after(0, () => isOpen && leg.begin());
    return leg;
  }

  const conversation = converse({
    dial,
    clock,
    bridge,
    runTool: async ({ name }, { signal, askKeys }) => {
      await later(clock, options.toolMs?.() ?? 0, signal);
      if (name === "hang_up") return { output: "The call ends now.", next: { do: "hang-up" } };
      if (name === "send_digits") return { output: "Pressed.", next: { do: "send-digits", digits: "12#" } };
      if (name === "transfer") return { output: "The caller will be put through.", next: transfer };
      return { output: options.keys === undefined ? name : `${(await askKeys(options.keys)).length} keys` };
    },
    completeCall: () => void log.push({ event: "call completed", fields: {}, atMs: clock.nowMs() }),
    redirectCall: () => void log.push({ event: "call redirected", fields: {}, atMs: clock.nowMs() }),
    ...(options.reportSpend && { reportSpend: options.reportSpend }),
    loggedModelEvents: new Set(),
    log: (event, fields = {}) => void log.push({ event, fields, atMs: clock.nowMs() }),
  });

  /** The caller is back: the keys have sounded, or nobody has taken the call. */
  function comeBack(): void {
    conversation.keysSent();
    conversation.transferEnded("refused");
    stream = openStream();
  }

  /** Our Worker as Twilio's wire sees it: the first good `start` begins the conversation. */
  function worker(toTwilio: Wire, dropAtMs: number | undefined): Peer {
    let isOpen = true;
    let hasBegun = false;
    const drop = dropAtMs === undefined ? undefined : clock.after(dropAtMs, dropped);

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
      clock.after(0, () => {
        const { resumesAfterMs } = options;
        conversation.verdictAsked();
        if (resumesAfterMs === undefined || conversation.end !== undefined) line.close();
        else clock.after(resumesAfterMs, comeBack);
      });
    }
    const socket = {
      send: (text: string) => isOpen && toTwilio.send(text),
      close(code: number, reason: string) {
        if (!isOpen) return;
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
  let stream = openStream(options.dropAtMs);

  function openStream(dropAtMs?: number): MediaStream {
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
    const opened = mediaStream(wire, {
      clock,
      accountSid: "AC00000000000000000000000000000001",
      callSid: "CA00000000000000000000000000000001",
      streamSid: "MZ00000000000000000000000000000001",
      customParameters: {},
      onWarning: (warning) => void warnings.push(warning),
    });
    const twilioEnd = delayedPeer(opened, clock, network.toTwilio, network.random);
    ours.peer = worker(
      {
        send: (text) => twilioEnd.receive(text),
        close: (code, reason) => twilioEnd.closed(code, reason),
      },
      dropAtMs,
    );
    line.connect(opened);
    return opened;
  }

  return {
    run,
    get stream() {
      return stream;
    },
    get session() {
      const session = sessions.at(-1);
      if (session === undefined) throw new Error("no model was dialled");
      return session;
    },
    sessions,
    sent,
    conversation,
    phoneEvents,
    warnings,
    log,
    pendingTimerCount: () => clock.pendingCount(),
  };
}

const transfer: Next = { do: "transfer", transfer: { to: "+15557654321", name: "Anna" } };
const noParameters = { type: "object", properties: {} };
const none = { delayMs: 0, jitterMs: 0 };
const near: Network = { toServer: none, toTwilio: none, random: () => 0 };
