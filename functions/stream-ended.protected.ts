import { streamEndedPath, verdictPath } from "../common/routes.ts";
import type { Sentence } from "../common/sentence.ts";
import {
  type Judgement,
  type VerdictNews,
  newsQuery,
  parseJudgement,
  parseRound,
  parseTransferOutcome,
} from "../common/verdict.ts";
import { askWorker } from "./runtime/ask-worker.ts";
import { connectStream } from "./runtime/connect.ts";
import { field } from "./runtime/fields.ts";
import { ladder, rungNamed } from "./runtime/ladder.ts";
import { reason } from "./runtime/log.ts";
import { ownOrigin } from "./runtime/own-origin.ts";
import { type Visit, serve } from "./runtime/serve.ts";
import { lastWords, say } from "./runtime/speech.ts";
import { dialTransfer, transferOutcomeOf } from "./runtime/transfer.ts";

/** The caller listens to silence meanwhile. */
const verdictDeadlineMs = 1500;
/** How often the Worker is asked again before we go on alone, and how long after. */
const mostAttempts = 2;
const pauseSeconds = 2;
/** A stream that has lasted so long was no failure in a row. */
const soundAfterMs = 60_000;

/** `/stream-ended` is where Twilio goes on after a stream, a transfer, or a rung of the ladder: the Worker knows how. */
export const handler = serve("stream-ended", async (visit) => {
  const { fields, log } = visit;
  const rung = rungNamed(field(fields, "rung"));
  if (rung !== undefined) return afterRung(visit, rung);
  const news = newsOf(visit);
  const judgement = await askVerdict(visit, news);
  log("stream.ended", { verdict: judgement?.verdict ?? "unknown", transfer: news.transfer });
  // The two have talked, and who answered for the caller is not asked any more.
  if (news.transfer === "taken") return lastWords(visit.settings, { text: "" });
  return judgement === undefined ? askAgain(visit, news) : follow(visit, judgement, news);
});

/** What has happened since the stream ended, by the address that Twilio was to come back to, or as it was told before. */
function newsOf({ fields }: Visit): VerdictNews {
  const after = field(fields, "after");
  const told = parseTransferOutcome(field(fields, "transfer"));
  return {
    transfer: told ?? (after === "transfer" ? transferOutcomeOf(fields) : undefined),
    keysSent: parseRound(field(fields, "keys")),
    // Twilio comes back from a dialled person also when the caller has hung up: nobody hears its answer then.
    isOver: field(fields, "CallStatus") === "completed",
  };
}

function follow(visit: Visit, judgement: Judgement, news: VerdictNews): string {
  switch (judgement.verdict) {
    case "hang-up":
      return lastWords(visit.settings, judgement.say ?? { text: "Goodbye." });
    case "fallback":
      return ladder(visit, "person", judgement.say);
    case "transfer":
      return dialTransfer(visit, judgement);
    case "send-digits":
      return sendDigits(visit, judgement);
    case "resume":
      return news.transfer === undefined ? resume(visit, judgement.say) : comeBack(visit);
  }
}

/** A person who was dialled has talked with the caller, or has not: only then the next rung is for them. */
function afterRung(visit: Visit, rung: "person" | "voicemail" | "thanks"): string {
  const wasTaken = field(visit.fields, "DialCallStatus") === "completed";
  return wasTaken ? lastWords(visit.settings, { text: "" }) : ladder(visit, rung);
}

/** The keys sound at the far end, and the stream goes on behind them. */
function sendDigits(visit: Visit, { digits, round }: { digits: string; round: number }): string {
  const response = new Twilio.twiml.VoiceResponse();
  response.play({ digits });
  connectStream(response, visit, {}, `?keys=${round}`);
  return response.toString();
}

/** Nobody took the call: the caller is back with the assistant. */
function comeBack(visit: Visit): string {
  const response = new Twilio.twiml.VoiceResponse();
  connectStream(response, visit);
  return response.toString();
}

/** The stream was lost, or left for a sentence: it is opened again, but not for ever. */
function resume(visit: Visit, sentence: Sentence | undefined): string {
  const { fields, settings, log } = visit;
  const resumes = nextResumes(field(fields, "resumes"), field(fields, "since"), Date.now());
  if (resumes.count > settings.MAX_RESUMES) {
    log("stream.not-resumed", { resumes: resumes.count - 1 });
    return ladder(visit, "person");
  }
  const response = new Twilio.twiml.VoiceResponse();
  if (sentence !== undefined) say(response, settings, sentence);
  connectStream(response, visit, {}, resumesQuery(resumes));
  return response.toString();
}

/** How often in a row the stream was opened again, and when it was last. */
type Resumes = { count: number; atMs: number };

/** The query in which Twilio brings it back to us. */
const resumesQuery = ({ count, atMs }: Resumes): string => `?resumes=${count}&since=${atMs}`;

function nextResumes(count = "0", sinceMs = "0", nowMs: number): Resumes {
  const isInARow = nowMs - Number(sinceMs) < soundAfterMs;
  return { count: isInARow ? Number(count) + 1 : 1, atMs: nowMs };
}

/** The Worker is away: the caller hears a word, and it is asked again in a moment; then we go on without it. */
function askAgain(visit: Visit, news: VerdictNews): string {
  const { fields, settings, domain } = visit;
  const attempt = Number(field(fields, "attempt") ?? 0) + 1;
  if (!(attempt <= mostAttempts)) return ladder(visit, "person");
  const response = new Twilio.twiml.VoiceResponse();
  say(response, settings, { text: "One moment please." });
  response.pause({ length: pauseSeconds });
  const query = new URLSearchParams(newsQuery({ ...news, isOver: false }));
  query.set("attempt", String(attempt));
  for (const name of ["resumes", "since"]) {
    const value = field(fields, name);
    if (value !== undefined) query.set(name, value);
  }
  response.redirect({ method: "POST" }, `${ownOrigin(settings, domain)}${streamEndedPath}?${query.toString()}`);
  return response.toString();
}

/** The Worker's verdict on a call; `undefined` when it gives none in time. */
async function askVerdict({ callSid, settings, log }: Visit, news: VerdictNews): Promise<Judgement | undefined> {
  try {
    const path = verdictPath(callSid, news);
    return parseJudgement(await askWorker(settings, { path, deadlineMs: verdictDeadlineMs }));
  } catch (error) {
    log("verdict.missing", { reason: reason(error) });
    return undefined;
  }
}
