import { randomInt } from "node:crypto";
import { createServer } from "node:net";
import { PlainFailure } from "./run-script.ts";

/**
 * Below the ports that systems hand out by themselves (32768 and up, or 49152 and up): a port that is free now must not
 * become the near end of somebody's outgoing connection before its server listens.
 */
const firstPort = 12_000;
const lastPort = 32_000;

/** A port that nobody listens on just now; by chance, so that two programs at once do not choose the same. */
export async function freePort(): Promise<number> {
  const port = randomInt(firstPort, lastPort);
  return (await isFree(port, "127.0.0.1")) ? port : freePort();
}

/** Without a host, on all of the machine's addresses. */
function isFree(port: number, host?: string): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once("error", () => resolve(false));
    server.listen({ port, ...(host !== undefined && { host }) }, () => server.close(() => resolve(true)));
  });
}

/**
 * Makes sure that a port is free, before a tool asks an interactive question about it.
 *
 * @throws PlainFailure naming the setting that chooses another port.
 */
export async function demandFreePort(port: number, setting: string): Promise<void> {
  if (await isFree(port)) return;
  throw new PlainFailure(`Port ${port} is taken. Set ${setting} to another one, or end what listens there.`);
}
