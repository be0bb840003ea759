import { once } from "node:events";
import { createServer } from "node:http";
import { type RawData, WebSocket, WebSocketServer } from "ws";
import { portOf } from "../world/port-of.ts";

/** What a model does as soon as it is configured. */
export type Wildness = (session: WebSocket) => void;

/** A model that repeats every frame at once, and does beside it whatever was agreed upon for who calls. */
export type WildModel = {
  url: string;
  /** What it is to do in the call of this number. */
  agree(caller: string, wildness: Wildness): void;
  close(): Promise<void>;
};

const format = { type: "audio/pcmu" };
export const configured = JSON.stringify({
  type: "session.updated",
  session: { audio: { input: { format }, output: { format } } },
});

export const delta = (payload: string, ids: object = { response_id: "r", item_id: "i" }): string =>
  JSON.stringify({ type: "response.output_audio.delta", ...ids, output_index: 0, content_index: 0, delta: payload });

export async function startWildModel(): Promise<WildModel> {
  const http = createServer();
  const server = new WebSocketServer({ server: http, perMessageDeflate: false });
  const agreed = new Map<string, Wildness>();

  function configure(session: WebSocket, update: string): void {
    session.send(configured);
    const caller = [...agreed.keys()].find((number) => update.includes(number));
    if (caller !== undefined) agreed.get(caller)?.(session);
  }

  server.on("connection", (session) => {
    session.on("error", () => undefined);
    session.send('{"type":"session.created","session":{"id":"s"}}');
    session.on("message", (data) => {
      const text = textOf(data);
      if (text.startsWith('{"type":"session.update"')) configure(session, text);
      else if (text.startsWith('{"type":"input_audio_buffer.append"') && session.readyState === WebSocket.OPEN)
        session.send(delta(JSON.parse(text).audio));
    });
  });
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  return {
    url: `http://127.0.0.1:${portOf(http)}/v1`,
    agree: (caller, wildness) => void agreed.set(caller, wildness),
    async close() {
      for (const client of server.clients) client.terminate();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

const textOf = (data: RawData): string => (Buffer.isBuffer(data) ? data.toString() : "");
