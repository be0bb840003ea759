import { setTimeout as pause } from "node:timers/promises";
import { parentPort } from "node:worker_threads";
import { flight, paced } from "./frames.ts";
import type { Each, GoodFigures, Order, Window, Word } from "./good-call.ts";
import { type Account, type ModelEnd, modelEnd, phoneEnd } from "./load-ends.ts";

/** The thread of a good call and its twin: both ends of each, so that one clock tells how long a frame was on its way. */
const attacked = { toModel: flight(), toPhone: flight() };
const twin = { toModel: flight(), toPhone: flight() };
const windows: Record<string, Window> = {};
let window = "before";
const over = new AbortController();
let talk: Promise<void> | undefined;
let hangUp: (() => void) | undefined;

const models: Each<ModelEnd> = {
  attacked: await modelEnd(attacked.toModel, attacked.toPhone),
  twin: await modelEnd(twin.toModel, twin.toPhone),
};
parentPort?.on("message", (order: Order) => void obey(order));
say({ said: "models", urls: { attacked: urlOf(models.attacked), twin: urlOf(models.twin) } });

async function obey(order: Order): Promise<void> {
  switch (order.do) {
    case "dial":
      hangUp = await dial(order.accounts);
      return say({ said: "talking" });
    case "measure":
      closeWindow();
      window = order.window;
      return;
    case "end":
      return say({ said: "figures", figures: await end() });
  }
}

async function dial(accounts: Each<Account>): Promise<() => void> {
  const [phone, twinPhone] = [
    await phoneEnd(0, accounts.attacked, attacked.toModel, attacked.toPhone),
    await phoneEnd(0, accounts.twin, twin.toModel, twin.toPhone),
  ];
  for (const model of Object.values(models)) await model.ready(1);
  talk = talkOn([phone.speak, voiceOf(models.attacked), twinPhone.speak, voiceOf(models.twin)]);
  return () => {
    phone.hangUp();
    twinPhone.hangUp();
  };
}

async function talkOn(streams: readonly ((sequence: number) => void)[]): Promise<void> {
  const aSecond = 50;
  for (let said = 0; !over.signal.aborted; said += aSecond)
    await paced(
      aSecond,
      streams.map((speak) => (sequence: number) => speak(said + sequence)),
    );
}

/** What has arrived by now belongs to the window. */
function closeWindow(): void {
  const closed = (windows[window] ??= { attacked: [], twin: [] });
  for (const { latenciesMs } of Object.values(attacked)) closed.attacked.push(...latenciesMs.splice(0));
  for (const { latenciesMs } of Object.values(twin)) closed.twin.push(...latenciesMs.splice(0));
}

async function end(): Promise<GoodFigures> {
  over.abort();
  await talk;
  // What is still on its way may arrive.
  await pause(1000);
  closeWindow();
  hangUp?.();
  const flights = Object.values(attacked);
  return {
    windows,
    lostCount: flights.reduce((sum, { missingCount }) => sum + missingCount, 0),
    strangeCount: flights.reduce((sum, { strangeCount }) => sum + strangeCount, 0),
  };
}

function voiceOf(model: ModelEnd): (sequence: number) => void {
  return (sequence) => model.voices[0]?.(sequence);
}

function urlOf({ port }: ModelEnd): string {
  return `http://127.0.0.1:${port}/v1`;
}

function say(word: Word): void {
  parentPort?.postMessage(word, []);
}
