import { setTimeout as pause } from "node:timers/promises";
import { parentPort } from "node:worker_threads";
import { flight, paced } from "./frames.ts";
import type { GoodFigures, Order, Window, Word } from "./good-call.ts";
import { type Account, directPair, modelEnd, phoneEnd } from "./load-ends.ts";

/** The thread of a good call: both its ends, so that one clock tells how long a frame was on its way. */
const relayed = { toModel: flight(), toPhone: flight() };
const direct = { toModel: flight(), toPhone: flight() };
const windows: Record<string, Window> = {};
let window = "before";
let isOver = false;
let talk: Promise<void> | undefined;
let hangUp: (() => void) | undefined;

const model = await modelEnd(relayed.toModel, relayed.toPhone);
parentPort?.on("message", (order: Order) => void obey(order));
say({ said: "model", url: `http://127.0.0.1:${model.port}/v1` });

async function obey(order: Order): Promise<void> {
  switch (order.do) {
    case "dial":
      hangUp = await dial(order.account);
      return say({ said: "talking" });
    case "measure":
      closeWindow();
      window = order.window;
      return;
    case "end":
      return say({ said: "figures", figures: await end() });
  }
}

async function dial(account: Account): Promise<() => void> {
  const phone = await phoneEnd(0, account, relayed.toModel, relayed.toPhone);
  await model.ready(1);
  const pair = await directPair(0, direct.toModel, direct.toPhone);
  talk = talkOn([phone.speak, (sequence) => model.voices[0]?.(sequence), pair.phone, pair.model]);
  return () => {
    phone.hangUp();
    pair.close();
  };
}

async function talkOn(streams: readonly ((sequence: number) => void)[]): Promise<void> {
  const aSecond = 50;
  for (let said = 0; !isOver; said += aSecond)
    await paced(
      aSecond,
      streams.map((speak) => (sequence: number) => speak(said + sequence)),
    );
}

/** What has arrived by now belongs to the window. */
function closeWindow(): void {
  const { relayedMs, directMs } = (windows[window] ??= { relayedMs: [], directMs: [] });
  for (const { latenciesMs } of Object.values(relayed)) relayedMs.push(...latenciesMs.splice(0));
  for (const { latenciesMs } of Object.values(direct)) directMs.push(...latenciesMs.splice(0));
}

async function end(): Promise<GoodFigures> {
  isOver = true;
  await talk;
  // What is still on its way may arrive.
  await pause(1000);
  closeWindow();
  hangUp?.();
  const flights = Object.values(relayed);
  return {
    windows,
    lostCount: flights.reduce((sum, { missingCount }) => sum + missingCount, 0),
    strangeCount: flights.reduce((sum, { strangeCount }) => sum + strangeCount, 0),
  };
}

function say(word: Word): void {
  parentPort?.postMessage(word);
}
