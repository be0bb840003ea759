import type { ModelLeg, ModelListener } from "./model-leg.ts";
import { modelReader } from "./model-leg.ts";
import type { Provider } from "./models/provider.ts";
import { openSocket } from "./open-socket.ts";
import type { Socket } from "./socket.ts";

/** How much of a refusal's body is worth a line in the log. */
const maxReasonLength = 500;

/** Dials the model. What comes of it comes as events: its messages, `model.failed`, `model.closed`. */
export function dialModel(provider: Provider, listener: ModelListener): ModelLeg {
  const dialling = new AbortController();
  let state: { name: "dialling" } | { name: "open"; socket: Socket } | { name: "closed" } = { name: "dialling" };

  function connected(webSocket: WebSocket): void {
    if (state.name === "closed") return webSocket.close(1000, "the call is over");
    const socket = openSocket(webSocket, {
      message: modelReader(provider, listener),
      closed(code, reason) {
        state = { name: "closed" };
        listener.happened({ type: "model.closed", code, reason });
      },
    });
    state = { name: "open", socket };
  }

  function failed(reason: string): void {
    if (state.name === "closed") return;
    state = { name: "closed" };
    listener.happened({ type: "model.failed", reason });
  }

  void upgrade(provider.request, dialling.signal).then(
    (answer) => (typeof answer === "string" ? failed(answer) : connected(answer)),
    (error: unknown) => failed(error instanceof Error ? error.message : String(error)),
  );

  return {
    get isOpen() {
      return state.name === "dialling" || (state.name === "open" && state.socket.isOpen);
    },
    send(command) {
      if (state.name === "open") state.socket.send(provider.encode(command));
    },
    close() {
      if (state.name === "open") state.socket.close(1000, "the call is over");
      else dialling.abort();
      state = { name: "closed" };
    },
  };
}

/**
 * Asks for a WebSocket; gives it, not yet accepted, or in words why there is none. By `fetch`, since a `WebSocket` of
 * the platform can carry no `Authorization` header; `fetch` wants http(s) in place of ws(s) (cloudflare.md 2.1).
 */
async function upgrade({ url, headers }: Provider["request"], signal: AbortSignal): Promise<WebSocket | string> {
  const response = await fetch(url, { headers: { ...headers, Upgrade: "websocket" }, signal });
  if (response.webSocket) return response.webSocket;
  return `${response.status} ${(await response.text()).slice(0, maxReasonLength)}`.trimEnd();
}
