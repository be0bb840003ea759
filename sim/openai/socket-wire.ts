import type { RawData, WebSocket } from "ws";
import type { Peer, Wire } from "../wire.ts";

/** A socket as a peer sees it. The code 1006, which no close frame can carry, drops the connection without one. */
export const socketWire = (socket: WebSocket): Wire => ({
  send: (text) => socket.send(text),
  close: (code, reason) => (code === 1006 ? socket.terminate() : socket.close(code, reason)),
});

/** Hands a peer what its socket receives. */
export function attach(socket: WebSocket, peer: Peer): void {
  socket.on("message", (data, isBinary) =>
    peer.receive(isBinary ? new Uint8Array(bytesOf(data)) : bytesOf(data).toString()),
  );
  socket.on("close", (code, reason) => peer.closed(code, reason.toString()));
  socket.on("error", () => socket.terminate());
}

/** Opens only to say what is wrong: one `error`, then a close whose reason reads `<type>.<code>` (openai.md A1). */
export function closeWithError(socket: WebSocket, code: string, message: string): void {
  const type = "invalid_request_error";
  socket.on("error", () => socket.terminate());
  socket.send(
    JSON.stringify({ type: "error", event_id: "event_1", error: { type, code, message, param: null, event_id: null } }),
  );
  socket.close(4000, `${type}.${code}`);
}

function bytesOf(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? Buffer.from(data) : data;
}
