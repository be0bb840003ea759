import { DurableObject } from "cloudflare:workers";
import { isCallSid } from "../common/ids.ts";
import { type Preparation, type Prepared, toBeTold } from "../common/preparation.ts";
import { linkSecret } from "../common/secrets.ts";
import type { WorkerSettings } from "../common/settings.ts";
import { checkStreamToken } from "../common/stream-token.ts";
import type { Judgement, VerdictNews } from "../common/verdict.ts";
import { askRecord, recall, tellRecordIsOver } from "./ask-record.ts";
import type { Assistant } from "./assistants/assistant.ts";
import { admitStream } from "./bridge/admission.ts";
import { type CallStatus, type CarrierReport, finalStatusIn } from "./bridge/carrier-report.ts";
import type { CallMemory } from "./bridge/memory.ts";
import { settleLines } from "./bridge/settle-lines.ts";
import { Transcript, type TranscriptEntry } from "./bridge/transcript.ts";
import { whatFollows } from "./bridge/what-follows.ts";
import { planCall } from "./call-plan.ts";
import type { Census } from "./census.ts";
import { platformClock } from "./clock.ts";
import { type Conversation, type News, converse } from "./conversation.ts";
import { type Bench, type Dialling, dialFirst } from "./dial-first.ts";
import { type Environment, readSettings, recordOf, secretsOf, variablesOf } from "./environment.ts";
import { breakable } from "./dev/breakable.ts";
import type { DevFault } from "./dev/faults.ts";
import { type Ends, frontDesk } from "./front-desk.ts";
import { judgementOf } from "./judgement.ts";
import { type Log, callLog } from "./log.ts";
import { openStream } from "./open-stream.ts";
import { type RecordKeeper, keepRecord } from "./record-keeper.ts";
import type { Recalled, Setup } from "./record/batch.ts";
import type { Socket } from "./socket.ts";
import { toolRunner } from "./tool-runner.ts";
import { completeCall, redirectCall } from "./twilio/rest.ts";
import { type StreamStart, isTelephoneAudio } from "./twilio/media-stream.ts";

/**
 * One call, named by its CallSid: makes the model ready, takes the phone company's stream, has it show its token, and
 * then lets the conversation run. It writes nothing to storage: a write would hold back outgoing frames (DESIGN 2). What
 * must outlive it is in the call's record, from which the next object of this name goes on.
 */
export class Call extends DurableObject<Environment> {
  readonly #settings: WorkerSettings = readSettings(this.env);
  readonly #callSid: string = this.ctx.id.name ?? "";
  readonly #log: Log = callLog(this.#callSid, secretsOf(this.#settings, variablesOf(this.env)));
  readonly #breakable = breakable(platformClock, () => this.ctx.abort("on purpose"));
  readonly #clock = this.#breakable.clock;
  readonly #dialling: Dialling = {
    dial: this.#breakable.dial,
    clock: this.#clock,
    bench,
    passedOver: (model, reason) => this.#log("model.passed-over", { model, reason }),
  };
  readonly #desk = frontDesk(this.env, this.#settings, this.#callSid, this.#log);
  readonly #waiting = new Set<Socket>();
  /** A conversation that was made ready and waits for its stream. */
  #prepared: Promise<Conversation | undefined> | undefined;
  #conversation: Conversation | undefined;
  #highestGeneration = 0;
  /** Where Twilio finds the Functions: by the settings, or by their own word. */
  #functionsUrl = this.#settings.FUNCTIONS_URL;
  /** Whether a stream was admitted. */
  #hasBegun = false;
  /** What the phone company has reported: it may do so twice. */
  readonly #reports = new Set<string>();
  /** Who answered, as it was reported: every conversation is to know. */
  #answerer: CarrierReport | undefined;
  /** The phone company's last word on the call: nothing begins any more. */
  #finalStatus: CallStatus | undefined;

  /** The upgrade of a Media Stream; who asks was checked before this object was touched. */
  override fetch(): Response {
    const { 0: client, 1: server } = new WebSocketPair();
    openStream(this.#breakable.stream(server), {
      admit: (start) => this.#faultOf(start, this.#clock.nowMs()),
      begin: (socket, start) => this.#begin(socket, start),
      waiting: this.#waiting,
      log: this.#log,
    });
    return new Response(null, { status: 101, webSocket: client });
  }

  /** The call was answered, and its stream is to follow: makes the model ready. Twice is once, and late is never. */
  async prepare({ said, disclosure, functionsUrl, ...ends }: Preparation): Promise<Prepared> {
    this.#functionsUrl ??= functionsUrl;
    const admission = await this.#desk.admit(ends);
    if (admission !== "admit") return { admission };
    if (!this.#hasBegun) this.#prepared ??= this.#makeReady(ends, said, disclosure);
    await this.#prepared;
    return { admission, greeting: await this.#desk.sentence("greeting") };
  }

  /** The phone company reports on the call by itself. What was reported before changes nothing. */
  carrierReported(report: CarrierReport): void {
    const known = JSON.stringify(report);
    if (this.#reports.has(known)) return;
    this.#reports.add(known);
    this.#finalStatus ??= finalStatusIn(report);
    if (report.about === "answerer") this.#answerer = report;
    if (this.#finalStatus !== undefined) this.#desk.over();
    if (this.#conversation !== undefined) return this.#conversation.carrierReported(report);
    this.#log("carrier.reported", report);
    if (this.#finalStatus !== undefined) void tellRecordIsOver(this.env, this.#callSid, this.#log);
  }

  /** What should follow the stream, from memory or by the record; a call that nobody remembers fell over. */
  async verdict({ transfer, keysSent, isOver }: VerdictNews): Promise<Judgement> {
    await this.#remember();
    if (isOver) this.carrierReported({ about: "call", status: "completed" });
    if (transfer !== undefined) this.#conversation?.transferEnded(transfer);
    if (keysSent !== undefined) this.#conversation?.keysSent(keysSent);
    this.#conversation?.verdictAsked();
    const wasTurnedAway = await this.#desk.wasTurnedAway();
    const follow = wasTurnedAway
      ? ({ verdict: "hang-up" } as const)
      : whatFollows(this.#conversation?.follow, transfer);
    return judgementOf(follow, this.#desk.sentence);
  }

  /** What a person hears to whom the call is being handed. */
  async whisper(): Promise<string | undefined> {
    await this.#remember();
    const follow = this.#conversation?.follow;
    return follow?.verdict === "transfer" ? follow.transfer.whisper : undefined;
  }

  /** What was said, as it was heard. */
  async transcript(): Promise<TranscriptEntry[]> {
    if (this.#conversation !== undefined) return this.#conversation.transcript;
    const { lines } = await recordOf(this.env, this.#callSid).story();
    return new Transcript(lines).entries();
  }

  /** Breaks something of it on purpose: the door to this is shut outside of development. */
  inflict(fault: DevFault): void {
    this.#breakable.inflict(fault);
  }

  census(): Census {
    const { streamCount, modelLegCount, timerCount } = this.#conversation?.census() ?? nobody;
    return {
      streamCount: streamCount + this.#waiting.size,
      modelLegCount,
      timerCount: timerCount + this.#waiting.size,
    };
  }

  /** The stream was admitted: the conversation that was made ready begins, or a new one. */
  async #begin(socket: Socket, { streamSid, said, ...ends }: StreamStart): Promise<Conversation | undefined> {
    const generation = this.#highestGeneration;
    const isFirstStream = !this.#hasBegun;
    this.#hasBegun = true;
    const record = await askRecord(this.env, this.#callSid, generation, this.#log);
    if (!record.admitted) return this.#turnAway(socket, 1008, "token already used");
    if (record.recalled !== undefined) await this.#goOnWith(record.recalled);
    const isLetIn = (await this.#desk.admit(ends)) === "admit";
    await this.#prepared;
    const conversation = isLetIn ? (this.#going ?? (await this.#converse(ends, isFirstStream))) : undefined;
    if (!isLetIn || this.#finalStatus !== undefined) return this.#turnAway(socket, 1000, "hang-up");
    if (!socket.isOpen) return undefined;
    // Closed like every stream that cannot go on; what follows it speaks to the caller.
    if (conversation === undefined) socket.close(1000, "fallback");
    conversation?.begin({ socket, streamSid, said });
    return conversation;
  }

  #turnAway(socket: Socket, code: number, reason: string): undefined {
    this.#log("stream.turned-away", { reason, finalStatus: this.#finalStatus });
    socket.close(code, reason);
  }

  /** Another object may have begun the call, and be gone. */
  async #remember(): Promise<void> {
    if (this.#conversation !== undefined) return;
    const recalled = await recall(this.env, this.#callSid, this.#log);
    if (recalled !== undefined) await this.#goOnWith(recalled);
  }

  /** Goes on with a call of which this object knew nothing; one that it knows is newer than its record. */
  async #goOnWith({ setup, state, lines }: Recalled): Promise<void> {
    if (this.#conversation !== undefined) return;
    this.#desk.resume(setup);
    this.#hasBegun = true;
    this.#functionsUrl ??= setup.functionsUrl;
    const conversation = await this.#converse(setup, !state.hasBegun, { ...state, lines: settleLines(lines) });
    conversation?.recalled();
  }

  async #makeReady(ends: Ends, said?: string, disclosure?: string): Promise<Conversation | undefined> {
    const conversation = await this.#converse(ends, true);
    const greeting = await this.#desk.sentence("greeting");
    if (this.#finalStatus === undefined) conversation?.prepare(toBeTold(disclosure, greeting?.text ?? said));
    return conversation;
  }

  /** The conversation that is not over: made ready, or waiting for a caller who was away. */
  get #going(): Conversation | undefined {
    return this.#conversation?.end === undefined ? this.#conversation : undefined;
  }

  /** A new conversation, in the place of an older one; none when its assistant cannot work. */
  async #converse(ends: Ends, isFirstStream: boolean, memory?: CallMemory): Promise<Conversation | undefined> {
    const { assistant, facts } = await this.#desk.brief(ends);
    // Another stream may have begun one meanwhile.
    if (this.#going !== undefined) return this.#going;
    try {
      const plan = planCall(assistant, this.#settings, { ...facts, isFirstStream }, variablesOf(this.env));
      const setup = this.#setupOf(ends, assistant, facts.parameters);
      this.#conversation = converse({
        memory,
        keepRecord: (news) => this.#keepRecord(setup, news),
        dial: (listener) => dialFirst(plan.models, listener, this.#dialling),
        clock: this.#clock,
        bridge: plan.bridge,
        runTool: toolRunner(plan.tools, this.#callSid, facts, this.#log),
        completeCall: () =>
          void completeCall(this.#settings, this.#callSid).then((did) => this.#log("call.completed", { did })),
        redirectCall: () =>
          void redirectCall(this.#settings, this.#callSid, this.#functionsUrl).then((did) =>
            this.#log("call.redirected", { did }),
          ),
        over: () => this.#desk.over(),
        reportSpend: this.#desk.openTab(ends),
        loggedModelEvents: new Set(this.#settings.LOG_EVENT_TYPES),
        log: this.#log,
      });
      if (this.#answerer !== undefined) this.#conversation.carrierReported(this.#answerer);
      return this.#conversation;
    } catch (error) {
      this.#log("assistant.unusable", { name: assistant.name, reason: String(error) });
      return undefined;
    }
  }

  #setupOf({ from, to, intent }: Ends, { name, greeting }: Assistant, parameters: Setup["parameters"]): Setup {
    return { from, to, intent, assistant: name, greeting, parameters, functionsUrl: this.#functionsUrl };
  }

  /** What is written of a conversation. */
  #keepRecord(setup: Setup, news: () => News): RecordKeeper {
    return keepRecord({
      write: async (batch) => recordOf(this.env, this.#callSid).append(batch),
      news,
      setup,
      clock: this.#clock,
      log: this.#log,
    });
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
}

/** Shared by all calls of this process: the next caller need not wait for a model that has just failed. */
const bench: Bench = new Map();

const nobody: Census = { streamCount: 0, modelLegCount: 0, timerCount: 0 };
