import type { Timer } from "../../clock.ts";
import type { Phone } from "../../phone/phone.ts";
import { playAudio } from "../line/announcement.ts";
import { dtmfTones } from "../line/dtmf-tones.ts";
import { type Line, openLine } from "../line/line.ts";
import type { DialledCall, Leg, Stage } from "../verbs/stage.ts";
import { type CallFacts, type CallStatus, callParameters, isOver } from "./call-facts.ts";
import { callLog } from "./call-log.ts";
import type { Call, CallReport, CallRequest } from "./call-request.ts";
import type { ReadyPhone } from "./called-phone.ts";
import { detect } from "./detection.ts";
import { type Document, type Instruction, obtainDocument } from "./document.ts";
import { aborted, pause } from "./pause.ts";
import type { Platform } from "./platform.ts";
import { type Outcome, runDocument } from "./run-document.ts";
import type { StreamReport } from "./run-stream.ts";
import { statusTeller } from "./status-callbacks.ts";

const applicationError = "We are sorry. An application error has occurred. Goodbye.";

/**
 * Makes a call and runs it to its end, by the documents that its webhooks answer with. `dial` makes the calls that its
 * documents dial.
 */
export function startCall(
  platform: Platform,
  request: CallRequest,
  dial: (parent: Readonly<CallFacts>, call: DialledCall) => Leg,
): Call {
  const { clock } = platform;
  const facts = factsOf(platform, request);
  const log = callLog(clock, request.onLog);
  const tellStatus = statusTeller(platform, facts, request.statusCallbacks, log);
  const streams: StreamReport[] = [];
  const background: Array<Promise<void>> = [];
  const endTasks: Array<() => void> = [];
  let answered: { line: Line; phone: Phone; atMs: number } | undefined;
  let timeLimit: Timer | undefined;
  let replacement: Instruction | undefined;
  let isWhispering = request.dialled !== undefined;
  /** Aborted when what the call does now is to be broken off. */
  let activity = new AbortController();
  /** Aborted when the call is over. */
  const life = new AbortController();

  const inBackground = (work: Promise<void>): void => void background.push(work);

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
    answered = { line, phone, atMs: log.nowMs() - line.nowMs() };
    if (request.timeLimit !== undefined) timeLimit = clock.after(request.timeLimit.afterMs, endAtLimit);
    inBackground(tellStatus("answered"));
    request.dialled?.onAnswered();
    return line;
  }

  function endAtLimit(): void {
    const error = request.timeLimit?.error;
    if (error !== undefined) log.add({ kind: "error", ...error });
    end("completed");
  }

  function end(status: Exclude<CallStatus, "queued" | "ringing" | "in-progress">): void {
    if (isOver(facts)) return;
    facts.endedAt = platform.now();
    setStatus(status);
    timeLimit?.cancel();
    activity.abort();
    life.abort();
    answered?.line.close();
    for (const task of endTasks) task();
    inBackground(tellStatus("completed"));
  }

  /** What a document sees of the call. */
  const stageFor = (phone: Phone): Stage => ({
    platform,
    facts,
    log,
    isWhispering: () => isWhispering,
    isAnswered: () => answered !== undefined,
    line: () => answer(phone),
    reject(reason) {
      if (answered !== undefined) return false;
      end(reason === "busy" ? "busy" : "no-answer");
      phone.disconnected();
      return true;
    },
    dial: (call) => dial(facts, call),
    onStreamStarted: (report) => void streams.push(report),
    atTheEnd: (task) => void endTasks.push(task),
    inBackground,
  });

  /** Waits for somebody to pick up, if the phone is one that is called; undefined when nobody did. */
  async function reach(): Promise<Phone | undefined> {
    if ("phone" in request.far) return request.far.phone;
    const called = await request.far.called;
    if (isOver(facts)) return undefined;
    inBackground(tellStatus("initiated"));
    if (called.answer === "busy" || called.answer === "failed") {
      end(called.answer);
      return undefined;
    }
    setStatus("ringing");
    inBackground(tellStatus("ringing"));
    const ringMs = called.answer === "none" ? Number.POSITIVE_INFINITY : called.ringMs;
    await pause(clock, Math.min(ringMs, request.far.ringLimitMs), life.signal);
    if (called.answer === "none" || ringMs > request.far.ringLimitMs) end("no-answer");
    if (called.answer === "none" || isOver(facts)) return undefined;
    await open(called, answer(called.phone));
    return called.phone;
  }

  /** What is done at once when a called phone was picked up, before the first document. */
  async function open({ detected }: ReadyPhone & { answer: "picked-up" }, line: Line): Promise<void> {
    const { detection, announcement, sendDigits } = request;
    if (detection?.when === "async") inBackground(detect(platform, facts, detection, detected, log, life.signal));
    if (announcement !== undefined)
      await playAudio(line, await platform.speak(announcement, "twilio"), activity.signal);
    if (sendDigits !== undefined) await playAudio(line, dtmfTones(sendDigits), activity.signal);
    if (detection?.when === "sync") await detect(platform, facts, detection, detected, log, activity.signal);
  }

  /** Only detection that held the document back is told with it (twilio.md 3.1). */
  const parameters = (): Record<string, string> => ({
    ...callParameters(facts),
    ...(request.detection?.when === "sync" && facts.answeredBy !== undefined ? { AnsweredBy: facts.answeredBy } : {}),
  });

  async function carryOut(instruction: Instruction, stage: Stage, signal: AbortSignal): Promise<Outcome> {
    const document = await obtainDocument(platform, instruction, parameters(), log, signal);
    if (document !== undefined) return runDocument(document, stage, signal);
    if (!signal.aborted) await runDocument(apology, stage, signal);
    return "hung-up";
  }

  /** Runs one document after the other, until one leads nowhere else. */
  async function runDocuments(first: Outcome, stage: Stage): Promise<Outcome> {
    let next = takeReplacement() ?? first;
    while (typeof next === "object" && !isOver(facts)) {
      activity = new AbortController();
      const outcome = await carryOut(next, stage, activity.signal);
      next = takeReplacement() ?? outcome;
    }
    return next;
  }

  async function live(): Promise<void> {
    for (const message of request.notes) log.add({ kind: "note", message });
    const phone = await reach();
    if (phone === undefined) return;
    const stage = stageFor(phone);
    const outcome = await runDocuments(request.instruction ?? "over", stage);
    if (request.dialled !== undefined && outcome === "over" && !isOver(facts)) {
      activity = new AbortController();
      isWhispering = false;
      await request.dialled.putThrough(stage.line(), activity.signal);
      await runDocuments("over", stage);
    }
    end("completed");
  }

  async function report(): Promise<CallReport> {
    await live().catch((error: unknown) => {
      log.add({ kind: "failure", message: error instanceof Error ? error.message : String(error) });
      end("failed");
    });
    // Grows while it is waited for.
    for (const work of background) await work;
    const phone = "phone" in request.far ? request.far.phone : answered?.phone;
    return { facts, log: log.entries, phone, answeredAtMs: answered?.atMs, streams };
  }

  return {
    facts,
    end,
    redirect(instruction) {
      replacement = instruction;
      isWhispering = false;
      activity.abort();
    },
    befallStream(fault) {
      const running = streams.find((stream) => stream.end === undefined);
      running?.befall(fault);
      return running !== undefined;
    },
    over: aborted(life.signal),
    ended: report(),
  };
}

const factsOf = (platform: Platform, request: CallRequest): CallFacts => ({
  sid: request.sid,
  accountSid: platform.accountSid,
  parentSid: request.parentSid,
  direction: request.direction,
  from: request.from,
  to: request.to,
  createdAt: platform.now(),
  status: request.direction === "inbound" ? "ringing" : "queued",
  answeredBy: undefined,
  answeredAt: undefined,
  endedAt: undefined,
});

const apology: Document = {
  verbs: [{ verb: "Say", text: applicationError, loop: 1 }],
  warnings: [],
  leftOut: [],
  url: undefined,
};
