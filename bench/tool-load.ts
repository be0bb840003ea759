import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { WebSocket, WebSocketServer } from "ws";
import type { Conversation } from "../worker/conversation.ts";
import { type Flight, flight, paced } from "./frames.ts";
import { percentile } from "./percentile.ts";
import { type Flights, type ModelEnd, type PhoneEnd, listen, modelEnd, phoneEnd, urlOf } from "./tool-load-ends.ts";
import { serveStream } from "./tool-load-worker.ts";

/**
 * Whether a slow tool holds anything up: a few calls at 50 frames a second each way, first without and then with a
 * tool of 5 s running, each interrupted while it runs. The Worker's codecs, bridge and shell run in this process, on
 * real sockets. Exits with 1 when a frame or an interruption waited. `npm run bench -- tool-load --calls 5`
 */
const { values } = parseArgs({ options: { calls: { type: "string", default: "5" } } });
const callCount = Number(values.calls);
const toolMs = 5_000;
const frameCount = 200; // 4 s: over before the tool is.
/** What the 99th percentile may differ by between two measurements on a busy machine. */
const toleranceMs = 5;
/** An interruption waits for nothing: its `clear` is there within a frame. */
const clearBoundMs = 20;

type BenchCall = { phone: PhoneEnd; model: ModelEnd; conversation: Conversation };

async function connectionTo(server: WebSocketServer): Promise<WebSocket> {
  const [socket] = await once(server, "connection");
  return socket;
}

async function openCall(call: number, streams: WebSocketServer, models: WebSocketServer): Promise<BenchCall> {
  const model = connectionTo(models).then((socket) => modelEnd(socket, call, () => flights));
  const conversation = connectionTo(streams).then((socket) => serveStream(socket, urlOf(models), toolMs));
  const phone = await phoneEnd(urlOf(streams), call, () => flights);
  return { phone, model: await model, conversation: await conversation };
}

const noFlights = (): Flights => ({ toModel: flight(), toPhone: flight() });

/** Frames both ways for a while; gives their flights, and no others: what is sent afterwards is not measured. */
async function measure(): Promise<Flights> {
  const measured = (flights = noFlights());
  await paced(
    frameCount,
    calls.flatMap(({ phone, model }) => [phone.speak, model.speak]),
  );
  await pause(200);
  flights = noFlights();
  return measured;
}

const row = (cells: readonly (string | number)[]): string => cells.map((cell) => String(cell).padEnd(15)).join(" ");
const flightRow = (name: string, way: string, { latenciesMs, missingCount, strangeCount }: Flight): string =>
  row([name, way, ...[50, 99].map((at) => percentile(latenciesMs, at).toFixed(2)), missingCount, strangeCount]);

let flights = noFlights();
const [streams, models] = [await listen(), await listen()];
const calls: BenchCall[] = [];
for (let call = 0; call < callCount; call += 1) calls.push(await openCall(call, streams, models));

for (const { model } of calls) model.beginResponse();
const without = await measure();
for (const { model } of calls) model.callTool();
const withTool = await measure();
const earlyCount = calls.filter(({ model }) => model.outputCount > 0).length;
const clearedAfterMs: number[] = [];
for (const { phone, model } of calls) {
  const heardAtMs = model.hearCaller();
  await pause(50);
  clearedAfterMs.push((phone.clearedAtMs ?? Number.POSITIVE_INFINITY) - heardAtMs);
}
await pause(toolMs - frameCount * 20);
for (const { phone } of calls) phone.hangUp();
await pause(500);
const unansweredCount = calls.filter(({ model }) => model.outputCount !== 1).length;
const openCount = calls.filter(({ conversation }) =>
  Object.values(conversation.census()).some((count) => count > 0),
).length;
const lateMediaCount = calls.reduce((sum, { phone }) => sum + phone.lateMediaCount, 0);

console.log(`${callCount} calls, ${frameCount / 50} s, 50 frames/s each way; times in ms, one way`);
console.log(row(["", "way", "p50", "p99", "frames lost", "strange"]));
for (const [name, { toModel, toPhone }] of [
  ["no tool", without],
  ["5 s tool", withTool],
] as const) {
  console.log(flightRow(name, "phone → model", toModel));
  console.log(flightRow(name, "model → phone", toPhone));
}
const slowestMs = Math.max(...clearedAfterMs);
console.log(`interrupted while the tool ran: clear reached the slowest phone after ${slowestMs.toFixed(2)} ms,`);
console.log(`then ${lateMediaCount} messages of audio; tool outputs missing or doubled: ${unansweredCount}`);

const p99Of = ({ latenciesMs }: Flight): number => percentile(latenciesMs, 99);
const isSlowed = (way: keyof Flights): boolean => p99Of(withTool[way]) > p99Of(without[way]) + toleranceMs;
const isWhole = ({ missingCount, strangeCount }: Flight): boolean => missingCount + strangeCount === 0;
const misses: [boolean, string][] = [
  [isSlowed("toModel") || isSlowed("toPhone"), `a running tool costs frames more than ${toleranceMs} ms`],
  [![without, withTool].flatMap((each) => Object.values(each)).every(isWhole), "frames were lost, or came twice"],
  [slowestMs > clearBoundMs, `a clear took longer than ${clearBoundMs} ms`],
  [lateMediaCount > 0, "audio of a cut response was played"],
  [earlyCount > 0, "a tool was over before the measurement was"],
  [unansweredCount > 0, "a tool call has not exactly one output"],
  [openCount > 0, `${openCount} calls have left something open`],
];
const missed = misses.filter(([isMissed]) => isMissed);
for (const [, what] of missed) console.error(`missed: ${what}`);
process.exit(missed.length === 0 ? 0 : 1);
