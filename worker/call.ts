import { DurableObject } from "cloudflare:workers";
import { isCallSid } from "../common/ids.ts";
import type { Preparation, Prepared } from "../common/preparation.ts";
import { linkSecret } from "../common/secrets.ts";
import type { Sentence } from "../common/sentence.ts";
import type { WorkerSettings } from "../common/settings.ts";
import { checkStreamToken } from "../common/stream-token.ts";
import type { Judgement } from "../common/verdict.ts";
import { fixedSentence } from "./assistants/sentences.ts";
import type { CallFacts } from "./assistants/placeholders.ts";
import { admitStream } from "./bridge/admission.ts";
import type { TranscriptEntry } from "./bridge/transcript.ts";
import { type Briefing, brief } from "./briefing.ts";
import { planCall } from "./call-plan.ts";
import type { Census } from "./census.ts";
import { platformClock } from "./clock.ts";
import { type Conversation, converse } from "./conversation.ts";
import { type Bench, type Dialling, dialFirst } from "./dial-first.ts";
import { dialModel } from "./dial-model.ts";
import { type Environment, readSettings, secretsOf, variablesOf } from "./environment.ts";
import { type Log, callLog } from "./log.ts";
import { openStream } from "./open-stream.ts";
import type { Socket } from "./socket.ts";
import { toolRunner } from "./tool-runner.ts";
import { completeCall } from "./twilio/rest.ts";
import { type StreamStart, isTelephoneAudio } from "./twilio/media-stream.ts";

/** The two ends of the line, as far as they are known. */
type Numbers = { from: string | undefined; to: string | undefined };

/**
 * One call, named by its CallSid: makes the model ready, takes the phone company's stream, has it show its token, and
 * then lets the conversation run. It writes nothing to storage: a write would hold back outgoing frames (DESIGN 2).
 */
export class Call extends DurableObject<Environment> {
  readonly #settings: WorkerSettings = readSettings(this.env);
  readonly #callSid: string = this.ctx.id.name ?? "";
  readonly #log: Log = callLog(this.#callSid, secretsOf(this.#settings, variablesOf(this.env)));
  readonly #dialling: Dialling = {
    dial: (provider, listener) => dialModel(provider, listener, platformClock),
    clock: platformClock,
    bench,
    passedOver: (model, reason) => this.#log("model.passed-over", { model, reason }),
  };
  readonly #waiting = new Set<Socket>();
  #numbers: Numbers | undefined;
  #briefing: Promise<Briefing> | undefined;
  /** A conversation that was made ready and waits for its stream. */
  #prepared: Promise<Conversation | undefined> | undefined;
  #conversation: Conversation | undefined;
  #highestGeneration = 0;
  /** Whether a stream was admitted. */
  #hasBegun = false;

  /** The upgrade of a Media Stream; who asks was checked before this object was touched. */
  override fetch(): Response {
    const { 0: client, 1: server } = new WebSocketPair();
    openStream(server, {
      admit: (start) => this.#faultOf(start, Date.now()),
      begin: (socket, start) => this.#begin(socket, start),
      waiting: this.#waiting,
      log: this.#log,
    });
    return new Response(null, { status: 101, webSocket: client });
  }

  /** The call was answered, and its stream is to follow: makes the model ready. Twice is once, and late is never. */
  async prepare({ from, to, said }: Preparation): Promise<Prepared> {
    const greeting = this.#sentence("greeting", { from, to });
    if (!this.#hasBegun) this.#prepared ??= this.#makeReady({ from, to }, greeting, said);
    await this.#prepared;
    return { greeting: await greeting };
  }

  /** What should follow the stream, from memory; a call that nobody remembers fell over. */
  async verdict(): Promise<Judgement> {
    this.#conversation?.verdictAsked();
    const verdict = this.#conversation?.end?.verdict ?? "fallback";
    const which = verdict === "hang-up" ? "goodbye" : "apology";
    return { verdict, say: this.#numbers && (await this.#sentence(which, this.#numbers)) };
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

  /** The stream was admitted: the conversation that was made ready begins, or a new one. */
  async #begin(socket: Socket, { streamSid, from, to, said }: StreamStart): Promise<Conversation | undefined> {
    const isFirstStream = !this.#hasBegun;
    this.#hasBegun = true;
    const prepared = await this.#takePrepared();
    const conversation = prepared ?? (await this.#converse({ from, to }, isFirstStream));
    if (!socket.isOpen) return undefined;
    // Closed like every stream that cannot go on; what follows it speaks to the caller.
    if (conversation === undefined) socket.close(1000, "fallback");
    conversation?.begin({ socket, streamSid, said });
    return conversation;
  }

  async #makeReady(
    numbers: Numbers,
    greeting: Promise<Sentence | undefined>,
    said: string | undefined,
  ): Promise<Conversation | undefined> {
    const conversation = await this.#converse(numbers, true);
    conversation?.prepare(((await greeting)?.text ?? said) || undefined);
    return conversation;
  }

  /** The conversation that was made ready, for one stream; not one whose model could not be had. */
  async #takePrepared(): Promise<Conversation | undefined> {
    const preparing = this.#prepared;
    this.#prepared = undefined;
    const prepared = await preparing;
    return prepared?.end === undefined ? prepared : undefined;
  }

  /** A new conversation, in the place of an older one; none when its assistant cannot work. */
  async #converse(numbers: Numbers, isFirstStream: boolean): Promise<Conversation | undefined> {
    const briefing = await this.#brief(numbers);
    const { assistant } = briefing;
    const facts = this.#facts(numbers, briefing);
    try {
      const plan = planCall(assistant, this.#settings, { ...facts, isFirstStream }, variablesOf(this.env));
      this.#conversation?.supersede();
      this.#conversation = converse({
        dial: (listener) => dialFirst(plan.models, listener, this.#dialling),
        clock: platformClock,
        bridge: plan.bridge,
        runTool: toolRunner(plan.tools, this.#callSid, facts, this.#log),
        completeCall: () =>
          void completeCall(this.#settings, this.#callSid).then((did) => this.#log("call.completed", { did })),
        loggedModelEvents: new Set(this.#settings.LOG_EVENT_TYPES),
        log: this.#log,
      });
      return this.#conversation;
    } catch (error) {
      this.#log("assistant.unusable", { name: assistant.name, reason: String(error) });
      return undefined;
    }
  }

  /** Who answers is settled once in a call's life. */
  #brief({ from, to }: Numbers): Promise<Briefing> {
    const question = { callSid: this.#callSid, from, to };
    this.#numbers ??= { from, to };
    return (this.#briefing ??= brief(this.#settings, variablesOf(this.env), question, this.#log));
  }

  /** A sentence that Twilio is to say in the assistant's stead, if it has one. */
  async #sentence(which: "greeting" | "goodbye" | "apology", numbers: Numbers): Promise<Sentence | undefined> {
    const briefing = await this.#brief(numbers);
    return fixedSentence(briefing.assistant.sentences, which, this.#facts(numbers, briefing));
  }

  #facts(numbers: Numbers, { parameters }: Briefing): CallFacts {
    return { ...numbers, nowMs: Date.now(), timeZone: this.#settings.TIME_ZONE, parameters };
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
