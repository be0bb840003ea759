import { type IncomingHttpHeaders, request } from "node:http";
import { text } from "node:stream/consumers";

/** A request as anybody may make one: with whatever headers, and a body that need not come to an end. */
export type Knock = {
  method?: string;
  path: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  /** The body's first bytes are sent, and the rest never. */
  isSlow?: boolean;
};

export type Answered = { status: number; headers: IncomingHttpHeaders; body: string };

let lastAddress = 0;

/** The address of a client whom nobody else is: the doors count by it. */
export const newAddress = (): string => `192.0.2.${(lastAddress += 1)}`;

/** Knocks at a server, by a plain socket: `fetch` would mend what is wrong with the request. */
export function knock(serverUrl: string, { method = "GET", path, headers, body, isSlow }: Knock): Promise<Answered> {
  const { hostname, port } = new URL(serverUrl);
  return new Promise((resolve, reject) => {
    const asked = request({ hostname, port, method, path, headers, agent: false }, (response) => {
      text(response).then((body) => {
        asked.destroy();
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
      }, reject);
    });
    asked.on("error", reject);
    if (isSlow) asked.write(body ?? "x");
    else asked.end(body);
  });
}
