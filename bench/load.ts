import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { sideVariables } from "../scripts/parts/sides.ts";
import { startWorker as startUnderWrangler } from "../scripts/parts/worker.ts";
import { freePort } from "../scripts/parts/ports.ts";
import { startWorker } from "../test/world/miniflare.ts";
import { type Flight, flight, paced } from "./frames.ts";
import { type Account, directPair, modelEnd, phoneEnd } from "./load-ends.ts";
import { percentile } from "./percentile.ts";

/**
 * What the relay adds: so many calls at 50 frames a second each way, through the Worker and, in the same run, over
 * direct sockets. `npm run bench -- load --calls 25 --seconds 10`
 */
const { values } = parseArgs({
  options: { calls: { type: "string", default: "25" }, seconds: { type: "string", default: "10" } },
});
const callCount = Number(values.calls);
const frameCount = Number(values.seconds) * 50;

type Measured = { name: string; toModel: Flight; toPhone: Flight };

async function direct(): Promise<Measured> {
  const [toModel, toPhone] = [flight(), flight()];
  const pairs = await Promise.all(Array.from({ length: callCount }, (_, call) => directPair(call, toModel, toPhone)));
  await paced(
    frameCount,
    pairs.flatMap((pair) => [pair.phone, pair.model]),
  );
  await settle();
  for (const pair of pairs) pair.close();
  return { name: "direct socket", toModel, toPhone };
}

async function relayed(name: string, start: (settings: Record<string, string>) => Promise<{ close(): Promise<void> }>) {
  const [toModel, toPhone] = [flight(), flight()];
  const model = await modelEnd(toModel, toPhone);
  const account: Account & Record<string, string> = {
    TWILIO_ACCOUNT_SID: `AC${"0".repeat(32)}`,
    TWILIO_AUTH_TOKEN: "an auth token for the bench",
    SERVER_URL: `http://127.0.0.1:${await freePort()}`,
    OPENAI_API_KEY: "sk-bench",
    OPENAI_BASE_URL: `http://127.0.0.1:${model.port}/v1`,
  };
  const worker = await start(account);
  const phones = await Promise.all(
    Array.from({ length: callCount }, (_, call) => phoneEnd(call, account, toModel, toPhone)),
  );
  await model.ready(callCount);
  const { voices } = model;
  await paced(
    frameCount,
    phones.flatMap((phone, call) => [phone.speak, voices[call] ?? phone.speak]),
  );
  await settle();
  for (const phone of phones) phone.hangUp();
  await settle();
  const leakedCount = model.openCount;
  await worker.close();
  await model.close();
  if (leakedCount > 0) throw new Error(`${leakedCount} model sockets are still open after all callers hung up`);
  return { name, toModel, toPhone };
}

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1000));

function row(name: string, way: string, flown: Flight, baseline: Flight): string {
  const at = (percent: number): number => percentile(flown.latenciesMs, percent);
  const added = (percent: number): string => (at(percent) - percentile(baseline.latenciesMs, percent)).toFixed(2);
  const cells = [
    name,
    way,
    at(50).toFixed(2),
    at(99).toFixed(2),
    added(50),
    added(99),
    flown.missingCount,
    flown.strangeCount,
  ];
  return cells.map((cell, column) => String(cell).padEnd(column === 0 ? 16 : 15)).join(" ");
}

const baseline = await direct();
const runs = [
  baseline,
  await relayed("miniflare", (settings) => startWorker({ ...sideVariables("worker", settings) })),
  await relayed("wrangler dev", (settings) =>
    startUnderWrangler({
      port: Number(new URL(settings["SERVER_URL"] ?? "").port),
      texts: settings,
      folder: mkdtempSync(join(tmpdir(), "voicecall-bench-")),
    }),
  ),
];
console.log(`${callCount} calls, ${values.seconds} s, 50 frames/s each way; times in ms, one way`);
console.log(
  ["", "way", "p50", "p99", "added p50", "added p99", "frames lost", "strange"]
    .map((c, i) => c.padEnd(i === 0 ? 16 : 15))
    .join(" "),
);
for (const { name, toModel, toPhone } of runs) {
  console.log(row(name, "phone → model", toModel, baseline.toModel));
  console.log(row(name, "model → phone", toPhone, baseline.toPhone));
}
process.exit(0);
