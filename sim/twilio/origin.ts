import type { Server } from "node:http";

/** The origin of a server that listens, as `http://127.0.0.1:5060`; empty when it does not. */
export function originOf(server: Server): string {
  const address = server.address();
  return typeof address === "object" && address !== null ? `http://${address.address}:${address.port}` : "";
}
