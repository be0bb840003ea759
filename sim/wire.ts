/**
 * One end of a WebSocket as a stand-in sees it. A pure peer is made with the wire it talks into, and is handed what
 * arrives: the same peer sits behind a real socket, or on a virtual wire in a test.
 */
export type Wire = {
  send(text: string): void;
  close(code: number, reason: string): void;
};

/** What a peer takes from its wire. After `closed`, neither is called again. */
export type Peer = {
  /** A message from the other side; binary messages arrive as bytes. */
  receive(message: string | Uint8Array): void;
  /** The other side, or the connection, is gone; 1006 when without a close frame. */
  closed(code: number, reason: string): void;
};
