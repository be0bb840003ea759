import { verdictPath } from "../common/routes.ts";
import { type Judgement, parseJudgement } from "../common/verdict.ts";
import { askWorker } from "./runtime/ask-worker.ts";
import { reason } from "./runtime/log.ts";
import { type Visit, serve } from "./runtime/serve.ts";
import { apology, lastWords } from "./runtime/speech.ts";

/** The caller listens to silence meanwhile. */
const verdictDeadlineMs = 1500;

/** `/stream-ended` is where Twilio goes on after a stream: the Worker knows whether the end was wanted. */
export const handler = serve("stream-ended", async (visit) => {
  const judgement = await askVerdict(visit);
  visit.log("stream.ended", { verdict: judgement?.verdict ?? "unknown" });
  const { settings } = visit;
  return judgement?.verdict === "hang-up"
    ? lastWords(settings, judgement.say ?? { text: "Goodbye." })
    : apology(settings, judgement?.say);
});

/** The Worker's verdict on a call; `undefined` when it gives none in time. */
async function askVerdict({ callSid, settings, log }: Visit): Promise<Judgement | undefined> {
  try {
    const deadlineMs = verdictDeadlineMs;
    return parseJudgement(await askWorker(settings, { path: verdictPath(callSid), deadlineMs }));
  } catch (error) {
    log("verdict.missing", { reason: reason(error) });
    return undefined;
  }
}
