import { setTimeout as pause } from "node:timers/promises";
import { type GoodFigures, startGoodCall } from "../../bench/good-call.ts";
import { operatorSecret, startBareWorker } from "../world/bare-worker.ts";
import { account } from "../world/raw-phone.ts";
import { type World, startWorld } from "../world/world.ts";
import { atTheFunctions, outboundKey } from "./at-the-functions.ts";
import { atTheStream } from "./at-the-stream.ts";
import { atTheWorker } from "./at-the-worker.ts";
import { flood } from "./flood.ts";
import { fromTheModel } from "./from-the-model.ts";
import type { Hostile } from "./hostile.ts";
import { startWildModel } from "./wild-model.ts";

/** Every hostile input there is. */
export const hostileInputs: readonly Hostile[] = [...atTheWorker, ...atTheStream, ...fromTheModel, ...atTheFunctions];

/** What a siege is to last: so many inputs a second, and then a flood. */
export type SiegePlan = { quietMs: number; inputsPerS: number; floodS: number };

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

export async function laySiege({ quietMs, inputsPerS, floodS }: SiegePlan): Promise<Siege> {
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
  const outcomes = hostileInputs.map(async (hostile, index) => {
    await pause((index * 1000) / inputsPerS);
    return hostile.send({ world, wild }).catch((error: unknown) => `failed: ${String(error)}`);
  });
  const flooded = Promise.all(outcomes).then(() => {
    good.measure("flood");
    return flood(world.workerUrl, floodS);
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
