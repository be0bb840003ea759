import { linkSignatureHeader, signLinkRequest } from "../common/link-signature.ts";
import { verdictPath } from "../common/routes.ts";
import { linkSecret } from "../common/secrets.ts";
import { type Verdict, parseVerdict } from "../common/verdict.ts";
import { reason } from "./runtime/log.ts";
import { type Visit, serve } from "./runtime/serve.ts";
import { apology, say } from "./runtime/speech.ts";

/** The caller listens to silence meanwhile. */
const verdictDeadlineMs = 1500;

/** `/stream-ended` is where Twilio goes on after a stream: the Worker knows whether the end was wanted. */
export const handler = serve("stream-ended", async (visit) => {
  const verdict = await askVerdict(visit);
  visit.log("stream.ended", { verdict: verdict ?? "unknown" });
  return verdict === "hang-up" ? goodbye(visit) : apology(visit.settings);
});

function goodbye({ settings }: Visit): string {
  const response = new Twilio.twiml.VoiceResponse();
  say(response, settings, "Goodbye.");
  response.hangup();
  return response.toString();
}

/** The Worker's verdict on a call; `undefined` when it gives none in time. */
async function askVerdict({ callSid, settings, log }: Visit): Promise<Verdict | undefined> {
  const path = verdictPath(callSid);
  try {
    const response = await fetch(new URL(path, settings.SERVER_URL), {
      headers: { [linkSignatureHeader]: signLinkRequest(linkSecret(settings), { method: "GET", path }, Date.now()) },
      redirect: "error",
      signal: AbortSignal.timeout(verdictDeadlineMs),
    });
    if (!response.ok) throw new Error(`The Worker answered ${response.status}.`);
    return parseVerdict(await response.json());
  } catch (error) {
    log("verdict.missing", { reason: reason(error) });
    return undefined;
  }
}
