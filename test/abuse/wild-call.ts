import { setTimeout as pause } from "node:timers/promises";
import { numberedFrame } from "../../bench/frames.ts";
import type { CallSid } from "../../common/ids.ts";
import {
  type RawPhone,
  connected,
  newCallSid,
  openRaw,
  startMessage,
  stopMessage,
  tokenFor,
} from "../world/raw-phone.ts";
import type { Place } from "./hostile.ts";
import type { Wildness } from "./wild-model.ts";

/** A call whose phone, or whose model, is not to be trusted. */
export type WildCall = { callSid: CallSid; phone: RawPhone; hangUp: () => void };

let lastCaller = 0;

/** Somebody calls the one whose model does what it likes. */
export async function callWildly(
  { world, wild }: Place,
  wildness: Wildness = () => undefined,
  afterStart: readonly (string | Uint8Array)[] = [],
): Promise<WildCall> {
  const callSid = newCallSid();
  const from = `+1555777${String((lastCaller += 1)).padStart(4, "0")}`;
  wild.agree(from, wildness);
  const phone = await openRaw(world.workerUrl, callSid);
  phone.send(connected);
  const customParameters = { token: tokenFor(callSid), from, to: "+15558880000" };
  phone.send(startMessage(callSid, undefined, { customParameters }));
  for (const message of afterStart) phone.send(message);
  return {
    callSid,
    phone,
    hangUp() {
      phone.send(stopMessage(callSid));
      phone.close();
    },
  };
}

/** What came of it, when all is sent: the stream was closed, or a frame still comes back from the model. */
export async function whatCameOf({ phone, hangUp }: WildCall): Promise<string> {
  const frame = numberedFrame(99, (lastCaller += 1));
  const media = JSON.stringify({
    event: "media",
    sequenceNumber: "9",
    media: { track: "inbound", chunk: "1", timestamp: "20", payload: frame },
    streamSid: "MZ00000000000000000000000000000009",
  });
  const isHeard = (): boolean => phone.received.some((message) => message.includes(frame));
  async function goesOn(): Promise<string> {
    for (let tries = 0; tries < 100 && !isHeard(); tries += 1) {
      phone.send(media);
      await pause(100);
    }
    return isHeard() ? "the call goes on" : "the call has fallen silent";
  }
  const outcome = await Promise.race([goesOn(), phone.closed.then(({ code, reason }) => `${code} ${reason}`)]);
  hangUp();
  return outcome;
}
