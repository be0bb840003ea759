import type { Timer } from "../../clock.ts";
import type { Phone } from "../../phone/phone.ts";
import { type Line, openLine } from "../line/line.ts";
import { type CallFacts, type CallStatus, callParameters, isOver } from "./call-facts.ts";
import type { LogEntry } from "./call-log.ts";
import { callLog } from "./call-log.ts";
import { type Instruction, obtainDocument } from "./document.ts";
import type { Platform } from "./platform.ts";
import { type Stage, runDocument } from "./run-document.ts";
import { type StreamReport, runStream } from "./run-stream.ts";
import { type StatusCallbacks, statusTeller } from "./status-callbacks.ts";

/** A call to be made. An inbound call's phone is the caller's; an outbound one's is called, and rings for `ringMs`. */
export type CallRequest = {
  sid: string;
  direction: CallFacts["direction"];
  from: string;
  to: string;
  phone: Promise<Phone>;
  ringMs: number;
  instruction: Instruction;
  statusCallbacks: StatusCallbacks | undefined;
  /** The call is ended when it has been answered for so long; undefined is for ever. */
  timeLimitMs: number | undefined;
  /** What was asked for and is not simulated: it goes into the log. */
  notes: readonly string[];
  onLog: (entry: LogEntry) => void;
};

/** Everything about a call that is over. */
export type CallReport = {
  readonly facts: Readonly<CallFacts>;
  readonly log: readonly LogEntry[];
  /** When the phone's time began, in ms of the log; undefined when it was never picked up. */
  readonly answeredAtMs: number | undefined;
  readonly streams: readonly StreamReport[];
};

/** A call that is going on. */
export type Call = {
  readonly facts: Readonly<CallFacts>;
  /** Ends it; nothing happens when it is over. */
  end(status: "completed" | "canceled"): void;
  /** Breaks off what runs, and goes on with this (twilio.md 1.8, 4.5). */
  redirect(instruction: Instruction): void;
  /** Settles when the call is over and all its callbacks were answered. */
  readonly ended: Promise<CallReport>;
};

const applicationError = "We are sorry. An application error has occurred. Goodbye.";

/** Makes a call and runs it to its end, by the documents that its webhooks answer with. */
export function startCall(platform: Platform, request: CallRequest): Call {
  const { clock } = platform;
  const facts: CallFacts = {
    sid: request.sid,
    accountSid: platform.accountSid,
    direction: request.direction,
    from: request.from,
    to: request.to,
    createdAt: platform.now(),
    status: request.direction === "inbound" ? "ringing" : "queued",
    answeredAt: undefined,
    endedAt: undefined,
  };
  const log = callLog(clock, request.onLog);
  const tellStatus = statusTeller(platform, facts, request.statusCallbacks, log);
  const streams: StreamReport[] = [];
  const background: Array<Promise<void>> = [];
  let answered: { line: Line; atMs: number } | undefined;
  let timeLimit: Timer | undefined;
  let replacement: Instruction | undefined;
  /** Aborted when what the call does now is to be broken off. */
  let activity = new AbortController();

  function inBackground(work: Promise<void>): void {
    background.push(work);
  }

  function keepStream(report: StreamReport): void {
    streams.push(report);
  }

  function takeReplacement(): Instruction | undefined {
    const taken = replacement;
    replacement = undefined;
    return taken;
  }

  function setStatus(status: CallStatus): void {
    facts.status = status;
    log.add({ kind: "status", status });
  }

  function answer(phone: Phone): Line {
    if (answered !== undefined) return answered.line;
    facts.answeredAt = platform.now();
    setStatus("in-progress");
    const line = openLine(clock, phone, () => end("completed"));
    answered = { line, atMs: log.nowMs() - line.nowMs() };
    if (request.timeLimitMs !== undefined) timeLimit = clock.after(request.timeLimitMs, () => end("completed"));
    inBackground(tellStatus("answered"));
    return line;
  }

  function end(status: Exclude<CallStatus, "queued" | "ringing" | "in-progress">): void {
    if (isOver(facts)) return;
    facts.endedAt = platform.now();
    setStatus(status);
    timeLimit?.cancel();
    activity.abort();
    answered?.line.close();
    inBackground(tellStatus("completed"));
  }

  /** What a document sees of the call. */
  function stageFor(phone: Phone): Stage {
    return {
      log,
      speak: platform.speak,
      line: () => answer(phone),
      reject(reason) {
        if (answered !== undefined) return false;
        end(reason === "busy" ? "busy" : "no-answer");
        phone.disconnected();
        return true;
      },
      runStream(noun, documentUrl, signal) {
        const around = { platform, facts, line: answer(phone), log, onStarted: keepStream, inBackground };
        return runStream(noun, documentUrl, around, signal);
      },
    };
  }

  /** Carries out one instruction; what comes after it, or undefined when the call is to end. */
  async function carryOut(
    instruction: Instruction,
    stage: Stage,
    signal: AbortSignal,
  ): Promise<Instruction | undefined> {
    const document = await obtainDocument(platform, instruction, callParameters(facts), log, signal);
    if (document !== undefined) return runDocument(document, stage, signal);
    if (!signal.aborted) await runDocument(apology, stage, signal);
    return undefined;
  }

  async function ring(): Promise<Phone> {
    const phone = await request.phone;
    if (request.direction === "inbound" || isOver(facts)) return phone;
    inBackground(tellStatus("initiated"));
    setStatus("ringing");
    inBackground(tellStatus("ringing"));
    await untilPickedUp(activity.signal);
    if (!isOver(facts)) answer(phone);
    return phone;
  }

  function untilPickedUp(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const timer = clock.after(request.ringMs, resolve);
      signal.addEventListener("abort", () => {
        timer.cancel();
        resolve();
      });
    });
  }

  async function live(): Promise<void> {
    for (const message of request.notes) log.add({ kind: "note", message });
    const stage = stageFor(await ring());
    let next: Instruction | undefined = takeReplacement() ?? request.instruction;
    while (next !== undefined && !isOver(facts)) {
      activity = new AbortController();
      next = await carryOut(next, stage, activity.signal);
      next = takeReplacement() ?? next;
    }
    end("completed");
  }

  async function report(): Promise<CallReport> {
    await live().catch((error: unknown) => {
      log.add({ kind: "failure", message: error instanceof Error ? error.message : String(error) });
      end("failed");
    });
    await Promise.all(background);
    return { facts, log: log.entries, answeredAtMs: answered?.atMs, streams };
  }

  return {
    facts,
    end,
    redirect(instruction) {
      replacement = instruction;
      activity.abort();
    },
    ended: report(),
  };
}

const apology = { verbs: [{ verb: "Say", text: applicationError, loop: 1 } as const], warnings: [], url: undefined };
