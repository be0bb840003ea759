import { startDeadlineMs } from "./bridge/admission.ts";
import type { Conversation } from "./conversation.ts";
import type { Log } from "./log.ts";
import { openSocket } from "./open-socket.ts";
import type { Socket } from "./socket.ts";
import { type StreamStart, decode } from "./twilio/media-stream.ts";

/** What a stream needs of the conversation that it belongs to. */
export type Hearing = Pick<Conversation, "takeFromCaller" | "callerClosed">;

/** Who takes a stream in. */
type Reception = {
  /** Why the stream may not carry the call; `undefined` when it may. */
  admit(start: StreamStart): string | undefined;
  /** The conversation that the stream begins; none when there can be none, or the stream is gone by then. */
  begin(socket: Socket, start: StreamStart): Promise<Hearing | undefined>;
  /** The streams that have not shown their token yet, nor begun. */
  waiting: Set<Socket>;
  log: Log;
};

/** A conversation begins within two seconds, or a little more: what is longer than this is not worth keeping. */
const mostEarlyMessages = 500;
/** So many frames are well within it; whatever else is sent has no right to more room. */
const mostEarlyCharacters = 262_144;

/**
 * Opens a stream. Anybody can open a socket; a call begins with a `start` message that holds a good token. What comes
 * between that message and the conversation's beginning is kept for it.
 */
export function openStream(webSocket: WebSocket, reception: Reception): void {
  const { waiting, log } = reception;
  const early: string[] = [];
  let earlyLength = 0;
  let state: "waiting" | "beginning" | Hearing | "over" = "waiting";
  let droppedCount = 0;

  const socket = openSocket(webSocket, {
    message(data) {
      if (typeof state === "object") state.takeFromCaller(data);
      else if (state === "beginning") keepEarly(data);
      else if (state === "waiting") awaitStart(data);
    },
    closed(code, reason) {
      if (typeof state === "object") state.callerClosed(code, reason);
      else over();
    },
  });
  const deadline = setTimeout(() => refuse("no start message in time"), startDeadlineMs);
  waiting.add(socket);

  function awaitStart(data: unknown): void {
    const message = decode(data);
    if (message.kind === "connected") return;
    // Nothing of Twilio's is as long: who sends it has not shown a token, and need not be heard any further.
    if (message.kind === "fault" && message.fault === "too-large") return refuse("the message is too large", 1009);
    if (message.kind !== "start") {
      droppedCount += 1;
      return;
    }
    noteDropped();
    const refusal = reception.admit(message.start);
    if (refusal !== undefined) return refuse(refusal);
    state = "beginning";
    clearTimeout(deadline);
    log("stream.admitted", { streamSid: message.start.streamSid });
    void reception.begin(socket, message.start).then(begun, beginFailed);
  }

  function keepEarly(data: unknown): void {
    const isKept = typeof data === "string" && early.length < mostEarlyMessages;
    if (!isKept || earlyLength + data.length > mostEarlyCharacters) {
      droppedCount += 1;
      return;
    }
    early.push(data);
    earlyLength += data.length;
  }

  function begun(conversation: Hearing | undefined): void {
    waiting.delete(socket);
    noteDropped("stream.dropped-early");
    state = conversation ?? "over";
    for (const data of early.splice(0)) conversation?.takeFromCaller(data);
  }

  /** Our fault. The stream is closed like every one that cannot go on: what follows it speaks to the caller. */
  function beginFailed(error: unknown): void {
    over();
    log("stream.begin-failed", { reason: String(error) });
    socket.close(1000, "fallback");
  }

  function refuse(reason: string, code = 1008): void {
    noteDropped();
    over();
    log("stream.refused", { reason });
    socket.close(code, reason);
  }

  function over(): void {
    state = "over";
    clearTimeout(deadline);
    waiting.delete(socket);
  }

  function noteDropped(event = "stream.dropped-before-start"): void {
    if (droppedCount > 0) log(event, { count: droppedCount });
    droppedCount = 0;
  }
}
