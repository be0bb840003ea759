import type { Socket, SocketListener } from "./socket.ts";

/** A close frame holds 125 bytes, two of them the code (RFC 6455 5.5). */
const maxReasonBytes = 123;

/**
 * Takes over a WebSocket, listening in the same tick, since what arrives before a listener is there is lost.
 * The platform's own state is no guide (cloudflare.md 8): after an abrupt drop `readyState` stays open, after a clean
 * close an `error` follows; so the end is remembered here.
 */
export function openSocket(webSocket: WebSocket, listener: SocketListener): Socket {
  let isOpen = true;

  function end(code: number, reason: string): void {
    if (!isOpen) return;
    isOpen = false;
    listener.closed(code, reason);
  }

  // A binary frame as bytes at once: as a Blob, the default, it would have to be awaited.
  webSocket.binaryType = "arraybuffer";
  webSocket.accept();
  webSocket.addEventListener("message", (event) => {
    if (isOpen) listener.message(event.data);
  });
  webSocket.addEventListener("close", (event) => end(event.code, event.reason));
  webSocket.addEventListener("error", () => end(1006, "connection lost"));

  return {
    get isOpen() {
      return isOpen;
    },
    send(text) {
      if (isOpen && webSocket.readyState === WebSocket.OPEN) webSocket.send(text);
    },
    close(code, reason) {
      if (!isOpen) return;
      isOpen = false;
      webSocket.close(code, withinBytes(reason, maxReasonBytes));
    },
  };
}

/** The longest beginning of a text that fits into so many bytes of UTF-8. */
function withinBytes(text: string, maxBytes: number): string {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length <= maxBytes) return text;
  return new TextDecoder().decode(bytes.subarray(0, maxBytes)).replace(/\uFFFD+$/, "");
}
