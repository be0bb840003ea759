import type { Clock } from "./clock.ts";
import { type ModelLeg, type ModelListener, type OpenLeg, openLeg } from "./model-leg.ts";
import type { Provider } from "./models/provider.ts";
import { openSocket } from "./open-socket.ts";

/** How much of a refusal's body is worth a line in the log. */
const maxReasonLength = 500;

/** Dials the model. What comes of it comes as events: its messages, `model.failed`, `model.closed`. */
export function dialModel(provider: Provider, listener: ModelListener, clock: Clock): ModelLeg {
  const dialling = new AbortController();
  let state: { name: "dialling" } | { name: "open"; leg: OpenLeg } | { name: "closed" } = { name: "dialling" };

  function connected(webSocket: WebSocket): void {
    if (state.name === "closed") return webSocket.close(1000, "the call is over");
    const socket = openSocket(webSocket, {
      message: (data) => state.name === "open" && state.leg.receive(data),
      closed: (code, reason) => state.name === "open" && state.leg.closed(code, reason),
    });
    const leg = openLeg(provider, socket, listener, clock);
    state = { name: "open", leg };
    leg.begin();
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
      return state.name === "dialling" || (state.name === "open" && state.leg.isOpen);
    },
    send(command) {
      if (state.name === "open") state.leg.send(command);
    },
    close() {
      if (state.name === "open") return state.leg.close();
      dialling.abort();
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
