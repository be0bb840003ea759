import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { PlainFailure } from "./run-script.ts";

/** A port that nobody listens on just now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return isInternet(address) ? address.port : freePort();
}

const isInternet = (address: AddressInfo | string | null): address is AddressInfo => typeof address === "object";

/**
 * Makes sure that a port is free, before a tool asks an interactive question about it.
 *
 * @throws PlainFailure naming the setting that chooses another port.
 */
export async function demandFreePort(port: number, setting: string): Promise<void> {
  const server = createServer();
  const isFree = await new Promise<boolean>((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(port, () => resolve(true));
  });
  if (!isFree)
    throw new PlainFailure(`Port ${port} is taken. Set ${setting} to another one, or end what listens there.`);
  server.close();
  await once(server, "close");
}
