import { type CallFacts, durationSeconds, isOver } from "../call/call-facts.ts";
import type { Document } from "../call/document.ts";
import { aborted } from "../call/pause.ts";
import { ring } from "../line/announcement.ts";
import { bridge } from "../line/bridge.ts";
import type { Line } from "../line/line.ts";
import type { DialVerb, NumberNoun } from "../twiml/verb.ts";
import { type Next, afterwards } from "./elsewhere.ts";
import type { DialledCall, Leg, Stage } from "./stage.ts";

const e164 = /^\+[1-9]\d{1,14}$/;

/** What came of a `<Dial>`. */
type DialResult = { facts: Readonly<CallFacts> | undefined; isBridged: boolean };

/**
 * Calls somebody and puts the caller through (twilio.md 2, 4.5). Each number is a call of its own; the first one that is
 * ready is put through, after its whisper, and the others are hung up. It is over when either side hangs up, at the
 * time limit, at a `*` where that was asked for, or when nobody could be reached.
 */
export async function runDial(verb: DialVerb, document: Document, stage: Stage, signal: AbortSignal): Promise<Next> {
  if (stage.isWhispering()) {
    stage.log.add({ kind: "warning", code: 12200, message: "<Dial> is not allowed in a whisper" });
    return "next-verb";
  }
  const { facts, isBridged } = await reach(verb, document, stage, signal);
  if (signal.aborted && !isOver(stage.facts)) return "next-verb";
  return afterwards(verb.action, verb.method, document, stage, {
    // A phone that hung up during its whisper was answered, and was not bridged: only DialBridged tells.
    DialCallStatus: facts === undefined ? "failed" : isOver(facts) ? facts.status : "completed",
    ...(facts === undefined ? {} : { DialCallSid: facts.sid, DialCallDuration: String(secondsUntilNow(facts, stage)) }),
    DialBridged: String(isBridged),
  });
}

async function reach(verb: DialVerb, document: Document, stage: Stage, signal: AbortSignal): Promise<DialResult> {
  const from = verb.callerId ?? stage.facts.from;
  if (!isCallerIdOf(from, stage)) {
    stage.log.add({
      kind: "error",
      code: 13214,
      message: `callerId "${from}" is no number that this account may show`,
    });
    return { facts: undefined, isBridged: false };
  }
  const numbers = verb.numbers.filter(({ number }) => isReachable(number, stage));
  if (numbers.length === 0) return { facts: undefined, isBridged: false };

  const ringing = new AbortController();
  const isRinging = AbortSignal.any([signal, ringing.signal]);
  if (!verb.answerOnBridge) stage.line();
  if (stage.isAnswered()) void ring(stage.line(), isRinging);

  const hasTalked = new AbortController();
  const legs: Leg[] = [];
  let chosen: Leg | undefined;

  async function putThrough(index: number, line: Line, legSignal: AbortSignal): Promise<void> {
    const leg = legs[index];
    if (chosen !== undefined || leg === undefined || signal.aborted) return;
    chosen = leg;
    ringing.abort();
    for (const other of legs) if (other !== leg) giveUp(other);
    await talk(verb, stage, line, AbortSignal.any([signal, legSignal]));
    hasTalked.abort();
  }

  for (const [index, noun] of numbers.entries())
    legs.push(
      stage.dial({
        from,
        ringLimitMs: verb.timeoutSeconds * 1_000,
        ...wanted(noun, document),
        onAnswered() {
          if (!verb.answerOnBridge) ringing.abort();
        },
        putThrough: (line, legSignal) => putThrough(index, line, legSignal),
      }),
    );
  const hangUp = (): void => legs.forEach(giveUp);
  signal.addEventListener("abort", hangUp);
  if (signal.aborted) hangUp();
  await Promise.race([aborted(hasTalked.signal), Promise.all(legs.map(({ over }) => over))]);
  signal.removeEventListener("abort", hangUp);
  ringing.abort();
  return { facts: (chosen ?? legs.at(-1))?.facts, isBridged: chosen !== undefined };
}

/** Lets both sides talk, until one of them or the verb's limits end it. */
async function talk(verb: DialVerb, stage: Stage, far: Line, signal: AbortSignal): Promise<void> {
  const line = stage.line();
  const enough = new AbortController();
  const limit = stage.platform.clock.after(verb.timeLimitSeconds * 1_000, () => enough.abort());
  const stopListening = line.listen({
    press(digit) {
      if (verb.hangupOnStar && digit === "*") enough.abort();
    },
  });
  await bridge(line, far, AbortSignal.any([signal, enough.signal]));
  stopListening();
  limit.cancel();
}

const giveUp = (leg: Leg): void => leg.end(leg.facts.status === "in-progress" ? "completed" : "canceled");

/**
 * A caller may be shown as who is calling, or called; any other number must be the account's own (13214). Who hides the
 * number, or calls from a SIP address, has nothing that could be shown, even where no `callerId` asks for it.
 */
const isCallerIdOf = (number: string, { platform, facts }: Stage): boolean =>
  (e164.test(number) || number.startsWith("client:")) &&
  (number === facts.from || number === facts.to || platform.mayCallFrom(number));

function isReachable(number: string, { platform, log }: Stage): boolean {
  const refusal = e164.test(number)
    ? platform.refusalOf(number)
    : { code: 13224, message: `"${number}" is not a number that can be dialled` };
  if (refusal !== undefined) log.add({ kind: "error", code: refusal.code, message: refusal.message });
  return refusal === undefined;
}

/** What a noun asks of its call. Its URLs may be relative to the document's. */
function wanted(
  noun: NumberNoun,
  { url: base }: Document,
): Pick<DialledCall, "to" | "sendDigits" | "whisper" | "statusCallbacks"> {
  const { number, url, method, statusCallback, statusCallbackMethod, statusCallbackEvents: events } = noun;
  const whisperUrl = absolute(url, base);
  const callbackUrl = absolute(statusCallback, base);
  return {
    to: number,
    ...(noun.sendDigits === undefined ? {} : { sendDigits: noun.sendDigits }),
    whisper: whisperUrl === undefined ? undefined : { url: whisperUrl, method },
    statusCallbacks: callbackUrl === undefined ? undefined : { url: callbackUrl, method: statusCallbackMethod, events },
  };
}

const absolute = (url: string | undefined, base: string | undefined): string | undefined =>
  url !== undefined && URL.canParse(url, base) ? new URL(url, base).href : undefined;

/** A leg that was redirected goes on without us. */
const secondsUntilNow = (facts: Readonly<CallFacts>, { platform }: Stage): number =>
  durationSeconds({ ...facts, endedAt: facts.endedAt ?? platform.now() });
