import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { WebSocket, WebSocketServer } from "ws";
import { type Clock, realClock } from "../clock.ts";
import type { LinkFault } from "../network/link-fault.ts";
import type { Speak } from "../voice/voices.ts";
import { type DialectName, dialects } from "./dialects/dialects.ts";
import type { Fact } from "./facts.ts";
import { type LiveSession, liveSession } from "./live/session.ts";
import { realtimeSession, type RealtimeSession } from "./realtime/session.ts";
import { attach, closeWithError, socketWire } from "./socket-wire.ts";
import { answerRest } from "./rest.ts";
import type { Fault, Scenario } from "./scenario.ts";
import { judge, refuseUpgrade } from "./upgrade.ts";

export type OpenAIOptions = {
  /** 0, or nothing, is any free port. */
  port?: number;
  /** Whose endpoint this is; OpenAI's own without. */
  dialect?: DialectName;
  /** Without a list, any key will do. */
  apiKeys?: readonly string[];
  /** The same for every connection, or one for each, counted from 0. */
  scenario?: Scenario | ((connectionIndex: number) => Scenario);
  speak: Speak;
  clock?: Clock;
  /** Facts of all sessions; `connectionIndex` tells them apart. */
  onEvent?: (fact: Fact & { connectionIndex: number }) => void;
};

/** A Realtime session on a real socket. */
export type OpenAISession = {
  connectionIndex: number;
  model: string;
  safetyIdentifier: string | undefined;
  isOpen(): boolean;
  /** Has something happen to its connection, now. */
  befall: (fault: LinkFault) => void;
  realtime: RealtimeSession;
};

/** A Live session on a real socket. */
export type OpenAILiveSession = Pick<OpenAISession, "connectionIndex" | "isOpen" | "befall"> & { live: LiveSession };

export type OpenAIServer = {
  /** To be used as OPENAI_BASE_URL. */
  url: string;
  /** Every Realtime session so far, the first connection first. */
  sessions: readonly OpenAISession[];
  /** Every Live session so far: the socket counts, also before `session.start`. */
  liveSessions: readonly OpenAILiveSession[];
  /** How many upgrades have come to the door, admitted or not. */
  connectionCount(): number;
  close(): Promise<void>;
};

/** Frames may be as large as the service lets them be: 15 MiB of audio, and JSON around it. */
const maxMessageBytes = 32 * 1024 * 1024;

/**
 * Starts the stand-in for OpenAI on 127.0.0.1: `/v1/realtime` and `/v1/live/sessions` for sockets, and `/v1/models`; or an
 * endpoint of another vendor, which speaks Realtime in its own dialect. Every upgrade that reaches
 * the door counts as a connection, also one that is refused. Fails when the port is taken.
 */
export async function startOpenAI(options: OpenAIOptions): Promise<OpenAIServer> {
  const clock = options.clock ?? realClock;
  const dialect = dialects[options.dialect ?? "openai"];
  const sessions: OpenAISession[] = [];
  const liveSessions: OpenAILiveSession[] = [];
  const server = createServer((request, response) => answerRest(request, response, dialect, options.apiKeys));
  const door = new WebSocketServer({ noServer: true, maxPayload: maxMessageBytes, handleProtocols: chooseProtocol });
  const connections = new Set<Duplex>();
  let connectionCount = 0;

  server.on("connection", (socket) => {
    connections.add(socket);
    socket.once("close", () => connections.delete(socket));
  });
  server.on("upgrade", (request, socket, head) => {
    socket.on("error", () => socket.destroy());
    const connectionIndex = connectionCount++;
    const scenario = scenarioOf(options.scenario, connectionIndex);
    afterHold(scenario.faults ?? [], () => admit(request, socket, head, connectionIndex, scenario));
  });

  function afterHold(faults: Fault[], proceed: () => void): void {
    const hold = faults.find((fault) => fault.type === "hold-upgrade");
    if (hold === undefined) proceed();
    else if (hold.forMs !== "ever") clock.after(hold.forMs, proceed);
  }

  function admit(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    connectionIndex: number,
    scenario: Scenario,
  ): void {
    const refusal = scenario.faults?.find((fault) => fault.type === "refuse-upgrade");
    if (refusal !== undefined) return refuseUpgrade(socket, refusal.status, refusal.body);
    const admission = judge(request, dialect, options.apiKeys);
    if (admission.type === "refuse") return refuseUpgrade(socket, admission.status, admission.body);
    door.handleUpgrade(request, socket, head, (client) => {
      if (admission.type === "open-and-close") return closeWithError(client, admission.code, admission.message);
      if (admission.type === "admit-live") liveSessions.push(serveLive(client, connectionIndex, scenario));
      else sessions.push(serve(client, request, admission.model, connectionIndex, scenario));
      for (const message of admission.warnings) report({ type: "warning", message }, connectionIndex);
    });
  }

  function report(fact: Fact, connectionIndex: number): void {
    options.onEvent?.({ ...fact, connectionIndex });
  }

  function serve(
    client: WebSocket,
    request: IncomingMessage,
    model: string,
    connectionIndex: number,
    scenario: Scenario,
  ): OpenAISession {
    const realtime = realtimeSession({
      ...commonOptions(client, connectionIndex, scenario),
      model,
      translation: dialect.translate(clock),
    });
    attach(client, realtime);
    const identifier = request.headers["openai-safety-identifier"];
    return {
      connectionIndex,
      model,
      safetyIdentifier: typeof identifier === "string" ? identifier : undefined,
      isOpen: () => client.readyState === WebSocket.OPEN,
      befall: realtime.befall,
      realtime,
    };
  }

  function serveLive(client: WebSocket, connectionIndex: number, scenario: Scenario): OpenAILiveSession {
    const live = liveSession(commonOptions(client, connectionIndex, scenario));
    attach(client, live);
    return { connectionIndex, isOpen: () => client.readyState === WebSocket.OPEN, befall: live.befall, live };
  }

  function commonOptions(client: WebSocket, connectionIndex: number, scenario: Scenario) {
    return {
      wire: socketWire(client),
      clock,
      speak: options.speak,
      scenario,
      name: String(connectionIndex + 1),
      epochMs: clock === realClock ? performance.timeOrigin : 0,
      onEvent: (fact: Fact) => report(fact, connectionIndex),
    };
  }

  server.listen(options.port ?? 0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${portOf(server.address())}${dialect.basePath}`,
    sessions,
    liveSessions,
    connectionCount: () => connectionCount,
    async close() {
      const closed = once(server, "close");
      server.close();
      for (const client of door.clients) client.terminate();
      for (const socket of connections) socket.destroy();
      await closed;
    },
  };
}

function scenarioOf(scenario: OpenAIOptions["scenario"], connectionIndex: number): Scenario {
  return typeof scenario === "function" ? scenario(connectionIndex) : (scenario ?? {});
}

/** Of the subprotocols of openai.md A1 only the name of the API is confirmed, never the key. */
const chooseProtocol = (offered: Set<string>): string | false => offered.has("realtime") && "realtime";

function portOf(address: string | AddressInfo | null): number {
  if (address === null || typeof address === "string") throw new Error("The server does not listen on a port.");
  return address.port;
}
