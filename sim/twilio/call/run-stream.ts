import type { WebSocket } from "ws";
import type { Timer } from "../../clock.ts";
import type { Wire } from "../../wire.ts";
import type { Line } from "../line/line.ts";
import { mediaStream } from "../media-stream/media-stream.ts";
import type { Heard } from "../media-stream/playout.ts";
import { delayedPeer, delayedWire } from "../../network/delay.ts";
import { faultyLink } from "../../network/faulty-link.ts";
import type { LinkFault } from "../../network/link-fault.ts";
import { seededRandom } from "../../network/random.ts";
import type { StreamNoun } from "../twiml/verb.ts";
import type { CallFacts } from "./call-facts.ts";
import type { CallLog } from "./call-log.ts";
import type { Platform } from "./platform.ts";
import { streamTeller } from "./stream-callbacks.ts";
import { openStreamSocket } from "./stream-socket.ts";
import { streamTarget } from "./stream-target.ts";

/** One stream of a call, and everything that was heard of it. */
export type StreamReport = {
  readonly streamSid: string;
  readonly url: string;
  /** When it began, in ms of the call as the phone counts them; the times in `heard` count from here. */
  readonly startedAtMs: number;
  readonly heard: Heard;
  /** Who ended it; undefined while it runs. A `code` of 1006 is a connection that broke. */
  end: { by: "twilio" } | { by: "server"; code: number; reason: string } | undefined;
  /** Has something happen to its connection, now. */
  befall: (fault: LinkFault) => void;
};

/** What a stream is part of. */
type StreamSurroundings = {
  platform: Platform;
  facts: Readonly<CallFacts>;
  line: Line;
  log: CallLog;
  /** Called when the stream has begun; its report goes on being written. */
  onStreamStarted: (report: StreamReport) => void;
  /** Takes work whose end the stream does not wait for. */
  inBackground: (work: Promise<void>) => void;
};

/**
 * Runs one `<Stream>`: connects, lets the line and the server talk, and settles when the server closed the socket,
 * when the connection broke, when `signal` is aborted (then `stop` goes out first), or when it could not begin at all.
 * Errors are logged and told as `stream-error` (twilio.md 1.4, 1.5, 1.8).
 */
export async function runStream(
  noun: StreamNoun,
  documentUrl: string | undefined,
  around: StreamSurroundings,
  signal: AbortSignal,
): Promise<void> {
  const { platform, facts, log, inBackground } = around;
  const streamSid = platform.nextSid("MZ");
  const tell = streamTeller(platform, facts, noun, streamSid, log);

  function fail(code: number, message: string): void {
    log.add({ kind: "error", code, message });
    inBackground(tell("stream-error", `${code}: ${message}`));
  }

  const target = streamTarget(noun, documentUrl);
  if ("code" in target) return fail(target.code, target.message);
  for (const message of target.notes) log.add({ kind: "note", message });
  for (const warning of target.warnings) log.add({ kind: "warning", ...warning });

  const conversation = await openStreamSocket(target.url, platform, signal, (socket) => ({
    over: new Promise<StreamError | undefined>((resolve) => {
      converse(socket, { streamSid, url: target.url, customParameters: noun.parameters }, around, signal, resolve);
    }),
  }));
  if ("code" in conversation) return signal.aborted ? undefined : fail(conversation.code, conversation.message);
  inBackground(tell("stream-started"));
  const error = await conversation.over;
  if (error === undefined) inBackground(tell("stream-stopped"));
  else fail(error.code, error.message);
}

type StreamError = { code: 31903 | 31924; message: string };

/** Joins an open socket and the line, until `onOver`: with the error that ended it, or with undefined. */
function converse(
  socket: WebSocket,
  stream: { streamSid: string; url: string; customParameters: Record<string, string> },
  { platform, facts, line, log, onStreamStarted }: StreamSurroundings,
  signal: AbortSignal,
  onOver: (error: StreamError | undefined) => void,
): void {
  const { network, clock } = platform;
  const wire: Wire = {
    send: (text) => socket.send(text),
    close: (code, reason) => (code === 1006 ? socket.terminate() : socket.close(code, reason)),
  };
  const toServer = network === undefined ? wire : delayedWire(wire, clock, network.toServer, network.random);
  const link = faultyLink(toServer, clock, seededRandom(1));
  const startedAtMs = line.nowMs();
  const faults: Timer[] = [];
  let protocolError: string | undefined;

  function finish(error: StreamError | undefined): void {
    signal.removeEventListener("abort", stop);
    for (const fault of faults) fault.cancel();
    line.disconnect(leg);
    onOver(error);
  }

  function stop(): void {
    line.catchUp();
    report.end = { by: "twilio" };
    leg.stop();
    finish(undefined);
  }

  const leg = mediaStream(link.wire, {
    clock,
    accountSid: facts.accountSid,
    callSid: facts.sid,
    streamSid: stream.streamSid,
    customParameters: stream.customParameters,
    onWarning: (warning) => log.add({ kind: "warning", ...warning }),
    onClosed(code, reason) {
      report.end = { by: "server", code, reason };
      if (protocolError !== undefined) finish({ code: 31924, message: protocolError });
      else if (code === 1006) finish({ code: 31903, message: "the connection broke" });
      else finish(undefined);
    },
  });
  const report: StreamReport = {
    streamSid: stream.streamSid,
    url: stream.url,
    startedAtMs,
    heard: leg.heard,
    end: undefined,
    befall(fault) {
      line.catchUp();
      link.befall(fault);
    },
  };
  const guarded = link.guard(leg);
  const peer = network === undefined ? guarded : delayedPeer(guarded, clock, network.toTwilio, network.random);

  socket.on("message", (data: Buffer, isBinary) => {
    line.catchUp();
    peer.receive(isBinary ? data : data.toString());
  });
  socket.on("error", (error) => (protocolError = error.message));
  socket.on("close", (code, reason) => {
    line.catchUp();
    peer.closed(code, reason.toString());
  });

  signal.addEventListener("abort", stop, { once: true });
  line.connect(leg);
  onStreamStarted(report);
  for (const fault of platform.streamFaults(facts.sid))
    faults.push(clock.after(fault.atMs, () => report.befall(fault)));
}
