import { WebSocket } from "ws";
import type { Clock } from "../../clock.ts";
import { sign } from "./signature.ts";

/** How a WebSocket could not be opened (twilio.md 1.4). */
export type NoSocket = { code: 31901 | 31902 | 31910 | 31920 | 31924; message: string };

/** Not documented: long enough for any server that is alive. */
const handshakeMs = 10_000;
/** A server that does not answer a close frame is not waited for much longer. */
const closeMs = 2_000;

/**
 * Opens the WebSocket of a stream with the headers that Twilio sends: signed over the URL, no subprotocol, no origin,
 * no compression (twilio.md 1.6, 1.7). Gives what `begin` made of the open socket; it is called before any message can
 * arrive. An aborted `signal` fails it, too. An error after the opening is an event of the socket.
 */
export function openStreamSocket<Conversation extends object>(
  url: string,
  { authToken, clock }: { authToken: string; clock: Clock },
  signal: AbortSignal,
  begin: (socket: WebSocket) => Conversation,
): Promise<Conversation | NoSocket> {
  const options = {
    headers: {
      "User-Agent": "Twilio.TmeWs/1.0",
      "X-Twilio-Signature": sign(authToken, url, {}),
      "Accept-Encoding": "gzip",
    },
    perMessageDeflate: false,
    closeTimeout: closeMs,
  };
  const socket = new WebSocket(url, options);
  return new Promise((resolve) => {
    const giveUp = (): void => socket.terminate();
    const deadline = clock.after(handshakeMs, giveUp);
    signal.addEventListener("abort", giveUp);

    function settle(outcome: Conversation | NoSocket): void {
      deadline.cancel();
      signal.removeEventListener("abort", giveUp);
      resolve(outcome);
    }
    socket.once("open", () => settle(begin(socket)));
    socket.once("unexpected-response", (_, response) => {
      settle({ code: 31920, message: `${url} answered ${response.statusCode} to the handshake` });
      socket.terminate();
    });
    socket.on("error", (error) => settle({ code: failureCode(error), message: `${url}: ${error.message}` }));
  });
}

/** Told by the words of Node.js and of `ws`: only some of these errors have a code of their own. */
function failureCode(error: Error): NoSocket["code"] {
  const words = `${"code" in error ? String(error.code) : ""} ${error.message}`;
  if (words.includes("ECONNREFUSED")) return 31902;
  if (/CERT|SSL|TLS|SELF_SIGNED/.test(words)) return 31910;
  if (/WS_ERR|Sec-WebSocket|Upgrade header/.test(words)) return 31924;
  return 31901;
}
