/** One WebSocket, as this Worker uses it: text out, and an end that comes once. */
export type Socket = {
  /** Sends a text; nothing once the socket is closed. */
  send(text: string): void;
  /** Closes it, once; nobody is told, since who closes knows. */
  close(code: number, reason: string): void;
  readonly isOpen: boolean;
};

/** Who hears of what a socket receives. */
export type SocketListener = {
  message(data: unknown): void;
  /** The peer, or the network, ended it. Called once at most, and never after our own `close`. */
  closed(code: number, reason: string): void;
};
