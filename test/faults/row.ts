import type { AnswerBook } from "../../bench/chaos/answer-book.ts";
import { gapsOf } from "../../bench/chaos/gap.ts";
import { frameMs } from "../../sim/audio/mulaw.ts";
import type { TranscriptEntry } from "../../worker/bridge/transcript.ts";
import { type Heard, type HeardAnswer, listen } from "./heard.ts";
import type { StoryCall } from "./troupe.ts";

/** What a fault came to in one call. */
export type Row = {
  fault: string;
  /** What an answer takes when nothing is wrong, in the same call: the first one. */
  answerMs: number;
  /** What the caller waited beyond that. */
  gapMs: number;
  /** The longest that the caller listened to no word of the model's from then on. */
  waitMs: number;
  /** Sound, and whole answers, that were heard a second time. */
  repeatedMs: number;
  repeatedCount: number;
  /** How it stands in the transcript, where that can be had. */
  transcript: Written | undefined;
  heard: Heard;
};

type Written = {
  /** The most by which an answer that was heard stands there otherwise; Infinity when one is missing. */
  unwrittenMs: number;
  /** How many of the caller's questions are not there, or there once more than they were asked. */
  unwrittenCount: number;
  /** Whether it says that something was lost. */
  isNoted: boolean;
};

/** The end of a call that something has befallen, measured by what its phone has recorded. */
export async function rowOf(
  fault: string,
  call: StoryCall,
  book: AnswerBook,
  transcriptOf?: (callSid: string) => Promise<TranscriptEntry[]>,
): Promise<Row> {
  await call.ended;
  const { questions, blows } = call;
  const transcript = await transcriptOf?.(call.callSid);
  const heard = listen(call.phone.recording, book, questions);
  const first = heard.waits.find(({ cause }) => cause === "answer");
  const answerMs = (first?.toMs ?? Infinity) - (first?.fromMs ?? 0);
  return {
    fault,
    answerMs,
    gapMs: Math.max(...gapsOf({ ...heard, blows }, answerMs)),
    waitMs: heard.longestWaitMs(blows[0]?.atMs ?? 0),
    repeatedMs: heard.repeatedMs,
    repeatedCount: heard.repeatedCount,
    transcript: transcript && {
      unwrittenMs: unwritten(heard.answers, transcript),
      unwrittenCount: Math.abs(questions.length - askedIn(transcript)),
      isNoted: transcript.some(({ role, text }) => role === "note" && text.includes("interrupted")),
    },
    heard,
  };
}

/** The most by which one stands otherwise; one of which less than a second was heard need not stand there at all. */
function unwritten(answers: readonly HeardAnswer[], transcript: readonly TranscriptEntry[]): number {
  const written = transcript.filter(({ role, text }) => role === "agent" && text !== "");
  const all = [answers, answers.filter(({ heardMs }) => heardMs > lastMs)].find(
    ({ length }) => length === written.length,
  );
  if (all === undefined) return Infinity;
  return Math.max(
    ...all.map(({ answer, heardMs }, index) => {
      const lengthMs = answer.frameCount * frameMs;
      const writtenMs = (wordCount(written[index]?.text) / wordsEach) * lengthMs;
      // Nothing is more exact than a word.
      return Math.max(0, Math.abs(writtenMs - heardMs) - lengthMs / wordsEach);
    }),
  );
}

const askedIn = (transcript: readonly TranscriptEntry[]): number =>
  transcript.filter(({ role, text }) => role === "caller" && text !== "").length;

/** So much may be lost. */
const lastMs = 1_000;

/** What each answer is written down as: "That is what I can say to question 1." */
const wordsEach = 9;
const wordCount = (text = ""): number => text.split(" ").filter((word) => word !== "").length;

const columns = ["answer", "gap", "wait", "twice", "unwritten"] as const;

/** The rows as lines of a table, in ms. */
export function table(rows: readonly Row[]): string {
  const heading = `${"".padEnd(52)}${columns.map((name) => name.padStart(10)).join("")}`;
  const lines = rows.map(({ fault, answerMs, gapMs, waitMs, repeatedMs, transcript }) => {
    const cells = [answerMs, gapMs, waitMs, repeatedMs, transcript?.unwrittenMs ?? Number.NaN].map((ms) =>
      (Number.isNaN(ms) ? "–" : String(Math.round(ms))).padStart(10),
    );
    return `${fault.padEnd(52)}${cells.join("")}`;
  });
  return ["What the caller heard, in ms:", heading, ...lines].join("\n");
}
