import { isCallSid } from "../common/ids.ts";
import { object, text } from "../common/json.ts";
import { whisperPath, whisperFunctionPath } from "../common/routes.ts";
import { askWorker } from "./runtime/ask-worker.ts";
import { field } from "./runtime/fields.ts";
import { reason } from "./runtime/log.ts";
import { ownOrigin } from "./runtime/own-origin.ts";
import { type Visit, serve } from "./runtime/serve.ts";
import { lastWords, say } from "./runtime/speech.ts";

/** Who picked up waits for it. */
const whisperDeadlineMs = 1500;
const thinkSeconds = 8;

/**
 * `/whisper` is what a person hears who picks up a call that is handed to them: what it is about, and that 1 takes it.
 * An empty document joins them to the caller; a hang-up sends the caller back to the assistant.
 */
export const handler = serve("whisper", async (visit) => {
  const digits = field(visit.fields, "Digits");
  if (digits === "1") return new Twilio.twiml.VoiceResponse().toString();
  if (digits !== undefined) return lastWords(visit.settings, { text: "" });
  return ask(visit, await whisperOf(visit));
});

function ask({ settings, domain, fields }: Visit, whisper: string): string {
  const response = new Twilio.twiml.VoiceResponse();
  const action = `${ownOrigin(settings, domain)}${whisperFunctionPath}?call=${field(fields, "call") ?? ""}`;
  const gather = response.gather({ numDigits: 1, timeout: thinkSeconds, action, method: "POST" });
  say(gather, settings, { text: `${whisper} Press 1 to take the call.` });
  response.hangup();
  return response.toString();
}

/** What the assistant wants said; the Worker may be away, and then the person is told at least that it is a call. */
async function whisperOf({ fields, settings, log }: Visit): Promise<string> {
  const callSid = field(fields, "call");
  if (!isCallSid(callSid)) return anything;
  try {
    const answer = await askWorker(settings, { path: whisperPath(callSid), deadlineMs: whisperDeadlineMs });
    return text(object(answer)["whisper"]) ?? anything;
  } catch (error) {
    log("whisper.missing", { reason: reason(error) });
    return anything;
  }
}

const anything = "There is a call for you from the assistant.";
