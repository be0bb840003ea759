import { once } from "node:events";
import { createServer } from "node:http";
import { type Clock, realClock } from "../clock.ts";
import { type Holder, type Phone, phone } from "../phone/phone.ts";
import type { PhoneEvent } from "../phone/phone-event.ts";
import { follow } from "../phone/script.ts";
import type { PhoneStep } from "../phone/step.ts";
import type { Speak, VoiceName } from "../voice/voices.ts";
import { type AccountRules, accountWith } from "./account.ts";
import { type CallFacts, isOver } from "./call/call-facts.ts";
import type { LogEntry } from "./call/call-log.ts";
import type { Call, CallReport, CallRequest } from "./call/call-request.ts";
import { startCall } from "./call/call.ts";
import type { Callback, CallbackFate } from "./call/callback-fate.ts";
import { type CalledPhone, type ReadyPhone, readyPhone } from "./call/called-phone.ts";
import { type Platform, calendar, sidSequence } from "./call/platform.ts";
import { recordingStore } from "./call/recording-store.ts";
import { type BeginningStream, streamFaults } from "./call/stream-faults.ts";
import type { Network } from "../network/delay.ts";
import type { TimedFault } from "../network/link-fault.ts";
import { originOf } from "./origin.ts";
import type { NewCall } from "./rest/call-parameters.ts";
import { recordingsUri } from "./rest/recording-resource.ts";
import { restApi } from "./rest/rest-api.ts";
import { refusalWith } from "./rest/rest-error.ts";
import type { Method } from "./twiml/verb.ts";
import type { DialledCall, Leg } from "./verbs/stage.ts";

/** One of the account's numbers: what Twilio asks when it is called. */
export type TwilioNumber = {
  voiceUrl: string;
  voiceMethod?: Method;
  voiceFallbackUrl?: string;
  statusCallback?: string;
};

/** Something that happened in a call, for whoever watches. */
export type TwilioEvent = { callSid: string } & ({ log: LogEntry } | { phone: PhoneEvent });

export type TwilioSettings = AccountRules & {
  accountSid: string;
  authToken: string;
  speak: Speak;
  numbers: Record<string, TwilioNumber>;
  /** Phones that can be called. Any other is picked up by somebody who says nothing. */
  phones?: Record<string, CalledPhone>;
  /** API keys beside the account's token: SID and secret. */
  apiKeys?: Record<string, string>;
  port?: number;
  clock?: Clock;
  network?: Network;
  /** What is to befall a callback: it can come late, twice, or never; as it should, without. Documents are no callbacks. */
  fateOf?(callback: Callback): CallbackFate;
  /** What is to befall the connection of a stream that begins; nothing, without. */
  faultsOf?(stream: BeginningStream): readonly TimedFault[];
  /** The same seed gives the same SIDs. */
  seed?: string;
  onEvent?(event: TwilioEvent): void;
};

/** Who calls: a script, or whatever else holds the phone. */
type Caller = { script: readonly PhoneStep[] } | { holder: Holder };

/** A call as the one who made it sees it. */
export type InboundCall = { callSid: string; phone: Phone; call: Call; ended: Promise<CallReport> };

export type Twilio = {
  /** Where the REST API is, instead of https://api.twilio.com. */
  apiUrl: string;
  /** Has somebody call one of the account's numbers. Fails when `to` is not one, or the script cannot be spoken. */
  inboundCall(call: { from: string; to: string } & Caller): Promise<InboundCall>;
  /** All calls, newest first. */
  calls(): Call[];
  /** Has the next requests to the REST API refused, one with each of these codes (twilio.md 4.3). */
  refuseNext(...codes: number[]): void;
  /** Hangs up all calls and stops. */
  close(): Promise<void>;
};

/**
 * Starts a stand-in for Twilio on 127.0.0.1: REST API, TwiML, Media Streams, and phones that call and are called.
 * Everything it sends is signed with `authToken`. Its one leniency is noted in a call's log: plain `http` and `ws` are
 * accepted on this machine itself.
 */
export async function startTwilio(settings: TwilioSettings): Promise<Twilio> {
  const { accountSid, authToken, speak, clock = realClock } = settings;
  const account = accountWith(Object.keys(settings.numbers), settings);
  const recordings = recordingStore();
  const refusalsToCome: number[] = [];
  const platform: Platform = {
    accountSid,
    authToken,
    clock,
    speak,
    network: settings.network,
    recordings,
    recordingUrl: (sid) => `${originOf(server)}${recordingsUri(accountSid)}/${sid}`,
    mayCallFrom: account.mayCallFrom,
    refusalOf: account.refusalOf,
    streamFaults: streamFaults((stream) => settings.faultsOf?.(stream) ?? []),
    fateOf: (callback) => settings.fateOf?.(callback) ?? {},
    nextSid: sidSequence(settings.seed ?? "voicecall"),
    now: calendar(clock, Date.now()),
  };
  const calls: Call[] = [];

  function phoneOf(callSid: string, holder: Holder): Phone {
    return phone(holder, (event) => settings.onEvent?.({ callSid, phone: event }));
  }

  function start(request: Omit<CallRequest, "onLog">): Call {
    const onLog = (log: LogEntry): void => settings.onEvent?.({ callSid: request.sid, log });
    const call = startCall(platform, { ...request, onLog }, placeDialled);
    calls.unshift(call);
    return call;
  }

  function farPhone(callSid: string, to: string, voice: VoiceName): Promise<ReadyPhone> {
    const onEvent = (event: PhoneEvent): void => settings.onEvent?.({ callSid, phone: event });
    return readyPhone(settings.phones?.[to] ?? bystander, speak, voice, onEvent);
  }

  function placeOutbound({ ringLimitMs, timeLimitMs, notes, ...wanted }: NewCall): Call {
    const sid = platform.nextSid("CA");
    return start({
      ...wanted,
      sid,
      direction: "outbound-api",
      far: { called: farPhone(sid, wanted.to, "caller"), ringLimitMs },
      timeLimit: account.timeLimit(timeLimitMs),
      ...(account.notice && { announcement: account.notice.announcement }),
      notes: [...notes, ...(account.notice === undefined ? [] : [account.notice.note])],
    });
  }

  /** A dialled call's limit is its `<Dial>`'s. */
  function placeDialled(
    parent: Readonly<CallFacts>,
    { ringLimitMs, whisper, onAnswered, putThrough, ...wanted }: DialledCall,
  ): Leg {
    const sid = platform.nextSid("CA");
    return start({
      ...wanted,
      sid,
      parentSid: parent.sid,
      direction: "outbound-dial",
      far: { called: farPhone(sid, wanted.to, "person"), ringLimitMs },
      instruction: whisper,
      timeLimit: undefined,
      dialled: { onAnswered, putThrough },
      notes: [],
    });
  }

  const server = createServer(
    restApi({
      accountSid,
      credentials: new Map([[accountSid, authToken], ...Object.entries(settings.apiKeys ?? {})]),
      calls: () => calls,
      recordings,
      mayCallFrom: account.mayCallFrom,
      refusalOf: account.refusalOf,
      congestion: () => account.congestion(calls.filter(({ facts }) => !isOver(facts)).length),
      place: placeOutbound,
      nextRefusal() {
        const code = refusalsToCome.shift();
        return code === undefined ? undefined : refusalWith(code);
      },
    }),
  );
  server.listen(settings.port ?? 0, "127.0.0.1");
  await once(server, "listening");

  return {
    apiUrl: originOf(server),
    calls: () => calls,
    async inboundCall(wanted) {
      const number = settings.numbers[wanted.to];
      if (number === undefined) throw new Error(`${wanted.to} is not a number of this account.`);
      const holder = "holder" in wanted ? wanted.holder : await follow(wanted.script, speak);
      const callSid = platform.nextSid("CA");
      const handset = phoneOf(callSid, holder);
      const timeLimit = account.timeLimit(undefined);
      const call = start({ ...inboundRequest(wanted, number), sid: callSid, far: { phone: handset }, timeLimit });
      return { callSid, phone: handset, call, ended: call.ended };
    },
    refuseNext: (...codes) => void refusalsToCome.push(...codes),
    async close() {
      for (const call of calls) call.end("completed");
      await Promise.all(calls.map((call) => call.ended));
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

const bystander: CalledPhone = { does: "pick-up", ringMs: 500, script: [] };

function inboundRequest(
  { from, to }: { from: string; to: string },
  { voiceUrl, voiceMethod = "POST", voiceFallbackUrl, statusCallback }: TwilioNumber,
): Omit<CallRequest, "sid" | "far" | "timeLimit" | "onLog"> {
  const fallback = voiceFallbackUrl === undefined ? {} : { fallback: { url: voiceFallbackUrl, method: voiceMethod } };
  return {
    direction: "inbound",
    from,
    to,
    instruction: { url: voiceUrl, method: voiceMethod, ...fallback },
    statusCallbacks:
      statusCallback === undefined ? undefined : { url: statusCallback, method: "POST", events: ["completed"] },
    notes: [],
  };
}
