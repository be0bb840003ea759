import { frameBytes, frameMs, silenceByte } from "../../audio/mulaw.ts";
import type { Reply, ReplyItem } from "../scenario.ts";
import { wordsBegunBy } from "../words.ts";
import type { LiveContext } from "./context.ts";

/** What can be heard of a reply. */
export type Line = Exclude<ReplyItem, { type: "function-call" }>;
export type FunctionCall = Extract<ReplyItem, { type: "function-call" }>;

type Moderation = { afterMs: number; error: { type: string; code: string | null; message: string } };

/** What the model says in one go. */
export type Utterance = {
  lines: Line[];
  /** Cuts it after so much speech. */
  moderation?: Moderation;
  /** All was said; also when there was nothing to say. Who is cut does not come to this. */
  done?(): void;
};

/** The part of a reply that is spoken. */
export function utteranceOf(reply: Reply): Utterance {
  const lines = reply.items.filter((item) => item.type !== "function-call");
  const moderation = moderationOf(reply);
  return moderation === undefined ? { lines } : { lines, moderation };
}

/** The part of a reply that is not spoken, but has to be done. */
export const callsOf = (reply: Reply): FunctionCall[] => reply.items.filter((item) => item.type === "function-call");

function moderationOf({ ending }: Reply): Moderation | undefined {
  if (ending === undefined || ending.status === "completed") return undefined;
  if (ending.status === "failed") return { afterMs: ending.afterMs, error: ending.error };
  const message = `The speech was stopped: ${ending.reason}.`;
  return { afterMs: ending.afterMs, error: { type: "invalid_request_error", code: null, message } };
}

export const wordsOf = ({ lines }: Utterance): string => lines.map(transcriptOf).join(" ");

/** An utterance while it is spoken. */
export type Voicing = {
  /** 20 ms of it, one after the other. Returning early cuts it, and still tells of the words that were begun. */
  frames: Generator<Uint8Array, void>;
  spokenText(): string;
};

/** The words go out about every 200 ms (openai.md B6). */
const transcriptEveryMs = 200;

/** Speaks an utterance whose words are all prepared; `separator` keeps its words apart from those before. */
export function voice(context: LiveContext, { lines }: Utterance, separator: string): Voicing {
  let spokenText = "";
  let toldLength = 0;
  let sinceMs = 0;

  function tell(): void {
    const delta = spokenText.slice(toldLength);
    const start_ms = sinceMs;
    const end_ms = context.timeline.nowMs();
    sinceMs = end_ms;
    if (delta === "") return;
    const lead = toldLength === 0 ? separator : "";
    toldLength = spokenText.length;
    context.emit({ type: "session.output_transcript.delta", delta: lead + delta, start_ms, end_ms });
  }

  function* frames(): Generator<Uint8Array, void> {
    sinceMs = context.timeline.nowMs() - frameMs;
    try {
      for (const line of lines) yield* framesOf(line, spokenText === "" ? "" : `${spokenText} `);
    } finally {
      tell();
    }
  }

  function* framesOf(line: Line, before: string): Generator<Uint8Array, void> {
    const audio = audioOf(context, line);
    for (let at = 0; at < audio.length; at += frameBytes) {
      const chunk = audio.subarray(at, at + frameBytes);
      spokenText = before + wordsBegunBy(transcriptOf(line), (at + chunk.length) / audio.length);
      if (context.timeline.nowMs() - sinceMs >= transcriptEveryMs) tell();
      yield chunk;
    }
  }

  return { frames: frames(), spokenText: () => spokenText };
}

/** A frame as it goes out: the end of a line is filled up with silence. */
export function wholeFrame(chunk: Uint8Array): Uint8Array {
  if (chunk.length === frameBytes) return chunk;
  const frame = new Uint8Array(frameBytes).fill(silenceByte);
  frame.set(chunk);
  return frame;
}

const transcriptOf = (line: Line): string => (line.type === "speech" ? line.text : line.transcript);

const audioOf = ({ speech }: LiveContext, line: Line): Uint8Array =>
  line.type === "speech" ? (speech.ready(line.text) ?? new Uint8Array(0)) : line.audio;
