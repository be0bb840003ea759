import { DurableObject } from "cloudflare:workers";
import { isCallSid } from "../common/ids.ts";
import { linkSecret } from "../common/secrets.ts";
import type { WorkerSettings } from "../common/settings.ts";
import { checkStreamToken } from "../common/stream-token.ts";
import { admitStream, startDeadlineMs } from "./bridge/admission.ts";
import type { Verdict } from "./bridge/end.ts";
import type { Census } from "./census.ts";
import { assistantsByNumber, defaultAssistant } from "./assistants/index.ts";
import { type CallPlan, planCall } from "./call-plan.ts";
import type { TranscriptEntry } from "./bridge/transcript.ts";
import { type Conversation, type ToolOutcome, type ToolRequest, converse } from "./conversation.ts";
import { platformClock } from "./clock.ts";
import { dialModel } from "./dial-model.ts";
import { type Environment, readSettings, secretsOf, variablesOf } from "./environment.ts";
import { type Log, callLog } from "./log.ts";
import { openaiRealtime } from "./models/openai-realtime/protocol.ts";
import { openSocket } from "./open-socket.ts";
import type { Socket } from "./socket.ts";
import type { Tool } from "./tools/tool.ts";
import { runTool } from "./tools/run-tool.ts";
import { completeCall } from "./twilio/rest.ts";
import { type StreamStart, decode, isTelephoneAudio } from "./twilio/media-stream.ts";

/**
 * One call, named by its CallSid: takes the phone company's stream, has it show its token, and then lets the
 * conversation run. It writes nothing to storage: a write would hold back outgoing frames (DESIGN 2).
 */
export class Call extends DurableObject<Environment> {
  readonly #settings: WorkerSettings = readSettings(this.env);
  readonly #callSid: string = this.ctx.id.name ?? "";
  readonly #log: Log = callLog(this.#callSid, secretsOf(this.#settings));
  readonly #waiting = new Set<Socket>();
  #highestGeneration = 0;
  #conversation: Conversation | undefined;

  /** The upgrade of a Media Stream; who asks was checked before this object was touched. */
  override fetch(): Response {
    const { 0: client, 1: server } = new WebSocketPair();
    this.#awaitStart(server);
    return new Response(null, { status: 101, webSocket: client });
  }

  /** What should follow the stream, from memory; a call that nobody remembers fell over. */
  verdict(): Verdict {
    this.#conversation?.verdictAsked();
    return this.#conversation?.end?.verdict ?? "fallback";
  }

  /** What was said, as it was heard; gone with this object. */
  transcript(): TranscriptEntry[] {
    return this.#conversation?.transcript ?? [];
  }

  census(): Census {
    const { streamCount, modelLegCount, timerCount } = this.#conversation?.census() ?? nobody;
    return {
      streamCount: streamCount + this.#waiting.size,
      modelLegCount,
      timerCount: timerCount + this.#waiting.size,
    };
  }

  /** Anybody can open a socket; a call begins with a `start` message that holds a good token. */
  #awaitStart(webSocket: WebSocket): void {
    let conversation: Conversation | undefined;
    let droppedCount = 0;
    const socket = openSocket(webSocket, {
      message: (data) => {
        if (conversation) return conversation.takeFromCaller(data);
        const message = decode(data);
        if (message.kind === "connected") return;
        if (message.kind !== "start") {
          droppedCount += 1;
          return;
        }
        stopWaiting();
        conversation = this.#begin(socket, message.start);
      },
      closed: (code, reason) => {
        stopWaiting();
        conversation?.callerClosed(code, reason);
      },
    });
    const deadline = setTimeout(() => {
      stopWaiting();
      this.#refuse(socket, "no start message in time");
    }, startDeadlineMs);
    const stopWaiting = (): void => {
      clearTimeout(deadline);
      const wasWaiting = this.#waiting.delete(socket);
      if (wasWaiting && droppedCount > 0) this.#log("stream.dropped-before-start", { count: droppedCount });
    };
    this.#waiting.add(socket);
  }

  #begin(socket: Socket, start: StreamStart): Conversation | undefined {
    const nowMs = Date.now();
    const refusal = this.#faultOf(start, nowMs);
    if (refusal !== undefined) return this.#refuse(socket, refusal);
    const plan = this.#plan(start, nowMs);
    // Closed like every stream that cannot go on; what follows it speaks to the caller.
    if (plan === undefined) {
      socket.close(1000, "fallback");
      return undefined;
    }
    this.#conversation?.supersede();
    this.#log("stream.admitted", { streamSid: start.streamSid });
    this.#conversation = converse({
      caller: socket,
      streamSid: start.streamSid,
      dial: (listener) => dialModel(openaiRealtime(plan.model), listener),
      clock: platformClock,
      bridge: plan.bridge,
      runTool: (call, signal) => this.#runTool(plan.tools, call, start, signal),
      completeCall: () =>
        void completeCall(this.#settings, this.#callSid).then((did) => this.#log("call.completed", { did })),
      loggedModelEvents: new Set(this.#settings.LOG_EVENT_TYPES),
      log: this.#log,
    });
    return this.#conversation;
  }

  /** Why a stream may not carry this call; `undefined` when it may, and then its token is spent. */
  #faultOf(start: StreamStart, nowMs: number): string | undefined {
    const accountSid = this.#settings.TWILIO_ACCOUNT_SID;
    const callSid = this.#callSid;
    if (!isCallSid(callSid) || start.callSid !== callSid || start.accountSid !== accountSid) return "not this call";
    if (!isTelephoneAudio(start.mediaFormat)) return "audio is not audio/x-mulaw, 8000 Hz, mono";
    const checked = checkStreamToken(linkSecret(this.#settings), start.token, { accountSid, callSid }, nowMs);
    if (!checked.ok) return `token ${checked.fault}`;
    const history = { highestGeneration: this.#highestGeneration, live: this.#conversation?.live };
    const admission = admitStream(checked.generation, history, nowMs);
    if (!admission.admitted) return admission.reason;
    this.#highestGeneration = checked.generation;
    return undefined;
  }

  #plan({ from, to }: StreamStart, nowMs: number): CallPlan | undefined {
    const assistant = assistantsByNumber[to ?? ""] ?? defaultAssistant;
    const isFirstStream = this.#conversation === undefined;
    const facts = { from, to, nowMs, timeZone: this.#settings.TIME_ZONE, isFirstStream };
    try {
      return planCall(assistant, this.#settings, facts, variablesOf(this.env));
    } catch (error) {
      this.#log("assistant.unusable", { name: assistant.name, reason: String(error) });
      return undefined;
    }
  }

  async #runTool(
    tools: readonly Tool[],
    call: ToolRequest,
    { from, to }: StreamStart,
    signal: AbortSignal,
  ): Promise<ToolOutcome> {
    const context = {
      callSid: this.#callSid,
      from,
      to,
      nowMs: Date.now(),
      timeZone: this.#settings.TIME_ZONE,
      fetch: (...request: Parameters<typeof fetch>) => fetch(...request),
    };
    const { fault, ...outcome } = await runTool(tools, call, context, signal);
    if (fault !== undefined) this.#log("tool.fault", { name: call.name, fault });
    return outcome;
  }

  #refuse(socket: Socket, reason: string): undefined {
    this.#log("stream.refused", { reason });
    socket.close(1008, reason);
  }
}

const nobody: Census = { streamCount: 0, modelLegCount: 0, timerCount: 0 };
