import { afterEach } from "vitest";
import { WebSocket } from "ws";
import { frameBytes, silence } from "../../sim/audio/mulaw.ts";
import type { DialectName } from "../../sim/openai/dialects/dialects.ts";
import { type OpenAIOptions, type OpenAIServer, startOpenAI } from "../../sim/openai/server.ts";
import { hum, humming } from "../../sim/voice/hum.ts";

/** What a test has opened: closed after it, the last first. */
export const running: { close(): void | Promise<void> }[] = [];
afterEach(async () => {
  for (const each of running.splice(0).toReversed()) await each.close();
});

/** An endpoint that speaks a dialect. */
export async function start(dialect: DialectName, options: Partial<OpenAIOptions> = {}): Promise<OpenAIServer> {
  const server = await startOpenAI({ speak: humming, apiKeys: ["sk-test"], dialect, ...options });
  running.push(server);
  return server;
}

type Message = { type: string } & Record<string, unknown>;

/** A bare client, and what it has received. */
export function dial(server: OpenAIServer, query: string, headers: Record<string, string>) {
  const socket = new WebSocket(`${server.url.replace("http", "ws")}/realtime${query}`, { headers });
  running.push({ close: () => socket.terminate() });
  const events: Message[] = [];
  const waiting: { type: string; resolve: () => void }[] = [];
  socket.on("message", (data: Buffer) => {
    const event: Message = JSON.parse(data.toString());
    events.push(event);
    for (const each of waiting) if (each.type === event.type) each.resolve();
  });
  socket.on("error", () => undefined);
  return {
    socket,
    events,
    send: (event: object) => socket.send(JSON.stringify(event)),
    append(mulaw: Uint8Array): void {
      for (let at = 0; at < mulaw.length; at += frameBytes) {
        const audio = Buffer.from(mulaw.subarray(at, at + frameBytes)).toString("base64");
        socket.send(JSON.stringify({ type: "input_audio_buffer.append", audio }));
      }
    },
    all: (type: string) => events.filter((event) => event.type === type),
    until: (type: string) =>
      new Promise<void>((resolve) => {
        if (events.some((event) => event.type === type)) resolve();
        else waiting.push({ type, resolve });
      }),
    refused: new Promise<number | undefined>((resolve) =>
      socket.on("unexpected-response", (_request, response) => resolve(response.statusCode)),
    ),
    closing: new Promise<string>((resolve) =>
      socket.on("close", (code, reason) => resolve(`${code} ${String(reason)}`)),
    ),
  };
}

/** A caller's question, and the silence after it. */
export const callerAsks = Buffer.concat([hum("when do you open", "caller"), silence(400)]);
