import { once } from "node:events";
import { type Socket, connect, createServer } from "node:net";

/** A wire to a server that can be cut: while it is, nobody reaches the server, and whoever had is cut off. */
export type Switch = { cut(): void; mend(): void; close(): Promise<void> };

/** Listens on one port of this machine and hands everything on to another. */
export async function startSwitch(port: number, targetPort: number): Promise<Switch> {
  const open = new Set<Socket>();
  let isCut = false;

  function keep(socket: Socket): void {
    open.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => open.delete(socket));
  }

  const server = createServer((near) => {
    keep(near);
    if (isCut) {
      near.destroy();
      return;
    }
    const far = connect(targetPort, "127.0.0.1");
    keep(far);
    near.pipe(far).pipe(near);
    near.on("close", () => far.destroy());
    far.on("close", () => near.destroy());
  }).listen(port, "127.0.0.1");
  await once(server, "listening");

  return {
    cut() {
      isCut = true;
      for (const socket of open) socket.destroy();
    },
    mend() {
      isCut = false;
    },
    async close() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
