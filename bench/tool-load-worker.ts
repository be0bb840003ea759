import { plainModel } from "../test/world/plain-model.ts";
import { setTimeout as pause } from "node:timers/promises";
import { WebSocket } from "ws";
import { platformClock } from "../worker/clock.ts";
import { type Conversation, converse } from "../worker/conversation.ts";
import { type ModelLeg, type ModelListener, openLeg } from "../worker/model-leg.ts";
import { openaiRealtime } from "../worker/models/openai-realtime/protocol.ts";
import type { Provider } from "../worker/models/provider.ts";
import type { Socket } from "../worker/socket.ts";
import { decode } from "../worker/twilio/media-stream.ts";
import { textOf } from "./tool-load-ends.ts";

/**
 * Serves a stream with the Worker's own codecs, bridge and shell, on Node's sockets in place of workerd's. Every tool
 * takes `toolMs`. Gives the conversation once the stream has started.
 */
export function serveStream(webSocket: WebSocket, modelUrl: string, toolMs: number): Promise<Conversation> {
  return new Promise((resolve) => {
    let conversation: Conversation | undefined;
    webSocket.on("message", (data) => {
      if (conversation) return conversation.takeFromCaller(textOf(data));
      const first = decode(textOf(data));
      if (first.kind !== "start") return;
      conversation = hold(webSocket, first.start.streamSid, modelUrl, toolMs);
      resolve(conversation);
    });
    webSocket.on("close", (code, reason) => conversation?.callerClosed(code, reason.toString()));
  });
}

function hold(webSocket: WebSocket, streamSid: string, modelUrl: string, toolMs: number): Conversation {
  const conversation = converse({
    dial: (listener) => dialModel(realtimeAt(modelUrl), listener),
    clock: platformClock,
    bridge: {},
    // A call that ends aborts its tools, and nobody waits for their answer.
    runTool: ({ name }, { signal }) =>
      pause(toolMs, { output: name }, { signal }).catch(() => ({ output: "The call is over." })),
    completeCall: () => undefined,
    redirectCall: () => undefined,
    loggedModelEvents: new Set(),
    log: (event, fields) => {
      if (event === "bug" || event === "fault") console.error(event, fields);
    },
  });
  conversation.begin({ socket: socketOf(webSocket), streamSid, said: undefined });
  return conversation;
}

const realtimeAt = (baseUrl: string): Provider => openaiRealtime({ ...plainModel, baseUrl });

function dialModel(provider: Provider, listener: ModelListener): ModelLeg {
  const { url, headers } = provider.request;
  const webSocket = new WebSocket(url, { headers, perMessageDeflate: false });
  const socket = socketOf(webSocket);
  const leg = openLeg(provider, socket, listener, platformClock);
  webSocket.on("message", (data) => leg.receive(textOf(data)));
  webSocket.on("error", ({ message }) => listener.happened({ type: "model.failed", reason: message }));
  return leg;
}

const socketOf = (webSocket: WebSocket): Socket => ({
  send(text) {
    if (webSocket.readyState === WebSocket.OPEN) webSocket.send(text);
  },
  close: (code, reason) => webSocket.close(code, reason),
  get isOpen() {
    return webSocket.readyState === WebSocket.OPEN;
  },
});
