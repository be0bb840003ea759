import { setTimeout as pause } from "node:timers/promises";
import type { CallSid } from "../../common/ids.ts";
import { linkSecret } from "../../common/secrets.ts";
import { mintStreamToken } from "../../common/stream-token.ts";
import { newAddress } from "../world/knock.ts";
import {
  account,
  connected,
  mediaMessage,
  newCallSid,
  openRaw,
  startMessage,
  stopMessage,
  tokenFor,
  tryUpgrade,
} from "../world/raw-phone.ts";
import type { Hostile, Place } from "./hostile.ts";
import { callWildly, whatCameOf } from "./wild-call.ts";

type Messages = readonly (string | Uint8Array)[];
const to = "the stream's socket";
const noStart = "1008 no start message in time";

/** A stream that was opened by Twilio's signature, and has no right to go on. */
const refused = (input: string, answer: string, messages: (callSid: CallSid) => Messages): Hostile => ({
  to,
  input,
  answer,
  async send({ world }) {
    const callSid = newCallSid();
    const phone = await openRaw(world.workerUrl, callSid);
    for (const message of messages(callSid)) phone.send(message);
    const { code, reason } = await phone.closed;
    return `${code} ${reason}`;
  },
});

/** Messages in the middle of a call that is good. */
const dropped = (input: string, messages: (callSid: CallSid) => Messages): Hostile => ({
  to,
  input,
  answer: "the call goes on",
  async send(place) {
    const call = await callWildly(place);
    for (const message of messages(call.callSid)) call.phone.send(message);
    return whatCameOf(call);
  },
});

const other = newCallSid();
const start = (callSid: CallSid, changes: object = {}): string => startMessage(callSid, tokenFor(callSid), changes);
const media = (payload: unknown): string => JSON.stringify({ event: "media", media: { timestamp: "20", payload } });
const frame = Buffer.alloc(160, 0xff).toString("base64");
const large = media("A".repeat(1_000_000));

const beforeStart: Hostile[] = [
  refused("nothing", noStart, () => []),
  refused("audio alone", noStart, () => [connected, ...Array.from({ length: 200 }, () => mediaMessage())]),
  refused("garbage alone", noStart, () => ["", "{", "[]", "null", new Uint8Array(100), '{"event":"tomorrow"}']),
  refused("stop before start", noStart, (callSid) => [stopMessage(callSid)]),
  refused("a megabyte", "1009 the message is too large", () => [large]),
  refused("start, 100 kB", "1009 the message is too large", (callSid) => [
    start(callSid, { customParameters: { token: "x".repeat(100_000) } }),
  ]),
  refused("start without a token", "1008 token missing", (callSid) => [startMessage(callSid, undefined)]),
  refused("start with nonsense", "1008 token malformed", (callSid) => [startMessage(callSid, "nonsense")]),
  refused("a token made up", "1008 token forged", (callSid) => [
    startMessage(callSid, `v1.${Date.now()}.${"A".repeat(43)}`),
  ]),
  refused("another call's token", "1008 token forged", (callSid) => [startMessage(callSid, tokenFor(other))]),
  refused("another account's token", "1008 token forged", (callSid) => [
    startMessage(callSid, mintStreamToken(linkSecret(account), { accountSid: "AC1", callSid, generation: Date.now() })),
  ]),
  refused("a token of an hour ago", "1008 token expired", (callSid) => [
    startMessage(callSid, tokenFor(callSid, Date.now() - 3_600_000)),
  ]),
  refused("a token of tomorrow", "1008 token not-yet-valid", (callSid) => [
    startMessage(callSid, tokenFor(callSid, Date.now() + 86_400_000)),
  ]),
  refused("another call's start", "1008 not this call", () => [start(other)]),
  refused("another account's start", "1008 not this call", (callSid) => [start(callSid, { accountSid: "AC1" })]),
  refused("audio of another kind", "1008 audio is not audio/x-mulaw, 8000 Hz, mono", (callSid) => [
    start(callSid, { mediaFormat: { encoding: "audio/l16", sampleRate: 16_000, channels: 1 } }),
  ]),
  refused("a stream's name that is code", noStart, (callSid) => [
    startMessage(callSid, tokenFor(callSid), { streamSid: 'MZ","event":"clear' }),
  ]),
];

const midCall: Hostile[] = [
  dropped("garbage", () => ["", "{", "[]", "null", '"text"', "\u0000", '{"event":"tomorrow"}', '{"event":7}']),
  dropped("bytes", () => [new Uint8Array(10_000)]),
  dropped("a megabyte", () => [large]),
  dropped("audio that is none", () => [media("%%%"), media(7), media(""), media("AAA"), media(undefined)]),
  dropped("marks that nobody set, a thousand", () =>
    Array.from({ length: 1000 }, (_, index) => JSON.stringify({ event: "mark", mark: { name: `m${index}` } })),
  ),
  dropped("keys that are none", () => [
    JSON.stringify({ event: "dtmf", dtmf: { digit: "x".repeat(1000) } }),
    JSON.stringify({ event: "dtmf", dtmf: {} }),
  ]),
  dropped("a second start, with a token as good", (callSid) => [
    startMessage(callSid, tokenFor(callSid, Date.now() + 1)),
  ]),
  dropped("time that runs backwards", () =>
    ["9e99", "-1", "NaN", "20"].map((timestamp) =>
      JSON.stringify({ event: "media", media: { timestamp, payload: frame } }),
    ),
  ),
  dropped("JSON, ten thousand deep", () => ["[".repeat(10_000), `{"event":${'{"a":'.repeat(2_000)}`]),
  dropped("a prototype", () => [
    '{"__proto__":{"event":"stop"},"event":"media","media":{"__proto__":{"payload":"AAAA"}}}',
  ]),
  {
    to,
    input: "a megabyte and 2,000 messages, right behind start",
    answer: "the call goes on",
    async send(place) {
      const early = [large, ...Array.from({ length: 2_000 }, () => mediaMessage())];
      return whatCameOf(await callWildly(place, undefined, early));
    },
  },
];

const replayed: Hostile[] = [
  {
    to,
    input: "a token that was used, while its call goes on",
    answer: "1008 token already used; the call goes on",
    async send(place) {
      const call = await callWildly(place);
      const token = tokenFor(call.callSid, Date.now() - 1_000);
      const again = await openRaw(place.world.workerUrl, call.callSid);
      again.send(startMessage(call.callSid, token));
      const { code, reason } = await again.closed;
      return `${code} ${reason}; ${await whatCameOf(call)}`;
    },
  },
  {
    to,
    input: "a fresh token, while its call goes on",
    answer: "1008 another stream of this call is live; the call goes on",
    async send(place) {
      const call = await callWildly(place);
      call.phone.send(mediaMessage());
      await pause(300);
      const again = await openRaw(place.world.workerUrl, call.callSid);
      again.send(startMessage(call.callSid, tokenFor(call.callSid, Date.now() + 1)));
      const { code, reason } = await again.closed;
      return `${code} ${reason}; ${await whatCameOf(call)}`;
    },
  },
];

/** A hundred that are opened one after the other, at most fifty a second, and are all there together. */
async function hundred<Thing>(open: () => Promise<Thing>): Promise<Thing[]> {
  const opened: Thing[] = [];
  for (; opened.length < 100; await pause(20)) opened.push(await open());
  return opened;
}

const many: Hostile[] = [
  {
    to,
    input: "100 opens without start",
    answer: noStart,
    async send({ world }: Place) {
      const phones = await hundred(() => openRaw(world.workerUrl, newCallSid()));
      const ends = await Promise.all(phones.map(({ closed }) => closed));
      return [...new Set(ends.map(({ code, reason }) => `${code} ${reason}`))].join(", ");
    },
  },
  {
    to: "upgrade /websocket/CA…",
    input: "100 opens, unsigned",
    answer: "401",
    async send({ world }: Place) {
      const headers = { "cf-connecting-ip": newAddress() };
      const answers = await hundred(() => tryUpgrade(`${world.workerUrl}/websocket/${newCallSid()}`, headers));
      return [...new Set(answers.map(({ status }) => status))].join(", ");
    },
  },
];

export const atTheStream: readonly Hostile[] = [...beforeStart, ...midCall, ...replayed, ...many];
