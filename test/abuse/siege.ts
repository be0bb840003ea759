import { setTimeout as pause } from "node:timers/promises";
import { type GoodFigures, startGoodCall } from "../../bench/good-call.ts";
import { operatorSecret, startBareWorker } from "../world/bare-worker.ts";
import { account } from "../world/raw-phone.ts";
import { type World, startWorld } from "../world/world.ts";
import { atTheFunctions, outboundKey } from "./at-the-functions.ts";
import { atTheStream } from "./at-the-stream.ts";
import { atTheWorker } from "./at-the-worker.ts";
import { type FloodPlan, flood } from "./flood.ts";
import { fromTheModel } from "./from-the-model.ts";
import type { Hostile, Place } from "./hostile.ts";
import { startWildModel } from "./wild-model.ts";

/** Every hostile input there is. */
export const hostileInputs: readonly Hostile[] = [...atTheWorker, ...atTheStream, ...fromTheModel, ...atTheFunctions];

/** What a siege is: how long it is quiet before and after, how far apart the inputs are at least, and then a flood. */
export type SiegePlan = { quietMs: number; apartMs?: number; flood: FloodPlan };

/** An input that is not answered in this time is left to itself, and the next one follows: some are never meant to be. */
const mostWaitMs = 300;

/** A house with one good call in it, to which everything hostile is done. Each part of it is told when it is known. */
export type Siege = {
  world: World;
  /** What came of each input, in the order of the table. */
  outcomes: readonly Promise<string>[];
  flooded: Promise<string>;
  /** How the good call fared, in the windows `quiet`, `abuse` and `flood`. */
  figures: Promise<GoodFigures>;
  close(): Promise<void>;
};

export async function laySiege({ quietMs, apartMs = 0, flood: floodPlan }: SiegePlan): Promise<Siege> {
  const good = await startGoodCall();
  const wild = await startWildModel();
  const twin = await startBareWorker({ OPENAI_BASE_URL: good.modelUrls.twin });
  const world = await startWorld({
    model: "real",
    assistants: "test/world/assistants/wild.ts",
    texts: {
      ...account,
      OPENAI_API_KEY: "sk-good",
      OPENAI_BASE_URL: good.modelUrls.attacked,
      AZURE_OPENAI_API_KEY: "sk-wild",
      AZURE_OPENAI_BASE_URL: wild.url,
      OPERATOR_SECRET: operatorSecret,
      OUTBOUND_KEY: outboundKey,
    },
  });
  await good.dial({
    attacked: { ...account, SERVER_URL: world.workerUrl },
    twin: { ...account, SERVER_URL: twin.url },
  });
  good.measure("quiet");
  await pause(quietMs);
  good.measure("abuse");
  const outcomes = sendAll({ world, wild }, apartMs);
  const flooded = Promise.all(outcomes).then(() => {
    good.measure("flood");
    return flood(world.workerUrl, floodPlan);
  });
  const figures = flooded.then(async () => {
    good.measure("quiet");
    await pause(quietMs);
    return good.end();
  });
  return {
    world,
    outcomes,
    flooded,
    figures,
    async close() {
      await world.close();
      await twin.close();
      await wild.close();
    },
  };
}

/** Sends one after the other, so that a slow machine is not buried under them; what came of each is told later. */
function sendAll(place: Place, apartMs: number): Promise<string>[] {
  let turn: Promise<unknown> = Promise.resolve();
  return hostileInputs.map((hostile) => {
    const outcome = turn.then(() => hostile.send(place)).catch((error: unknown) => `failed: ${String(error)}`);
    turn = turn.then(() => Promise.all([Promise.race([outcome, pause(mostWaitMs)]), pause(apartMs)]));
    return outcome;
  });
}
