import { fromDbfs, rms } from "../../sim/audio/level.ts";
import { type CutError, auditPlayback } from "../../sim/audit.ts";
import type { OpenAISession } from "../../sim/openai/server.ts";
import type { Phone } from "../../sim/phone/phone.ts";
import type { CallReport } from "../../sim/twilio/call/call-request.ts";
import { expected } from "./story.ts";
import type { EarTime } from "./ear-time.ts";

/** A call that is over, as all who took part saw it. */
export type Evidence = { report: CallReport; phone: Phone; sessions: readonly OpenAISession[]; earTimes: EarTime[] };

/** What the demo promises of every cut: so far may the model's memory be from what was heard. */
const cutBoundMs = 40;

/** The cuts of the call, and everything that was not as it must be. */
export function judge({ report, phone, sessions, earTimes }: Evidence): { cuts: CutError[]; faults: string[] } {
  const faults: string[] = [];
  const demand = (isSo: boolean, fault: string): void => {
    if (!isSo) faults.push(fault);
  };
  const [session] = sessions;
  const [stream] = report.streams;
  if (session === undefined || stream === undefined)
    return { cuts: [], faults: ["The call never reached the model.", ...complaints(report)] };
  const facts = session.realtime.facts();

  faults.push(...complaints(report));
  for (const fact of facts) {
    if (fact.type === "objected") faults.push(`The model refused a command: ${fact.message}`);
    if (fact.type === "warning") faults.push(`The model's warning: ${fact.message}`);
  }
  demand(report.facts.status === "completed", `The call ended as ${report.facts.status}.`);
  demand(isAudible(phone.recording.agent().subarray(0, 2000 * 8)), "Twilio's greeting was not heard.");
  demand(isAudible(phone.recording.caller()), "The caller was not heard.");
  demand(earTimes.length === expected.answers, `${earTimes.length} answers were heard, not ${expected.answers}.`);
  demand(
    sessions.every((one) => !one.isOpen()),
    "A socket to the model was left open.",
  );
  const cuts = auditPlayback(stream.heard, session.realtime.spoken(), facts);
  demand(cuts.length === expected.cuts, `The assistant was cut ${cuts.length} times, not once.`);
  for (const { audioEndMs, heardMs } of cuts)
    demand(
      Math.abs(audioEndMs - heardMs) <= cutBoundMs,
      `The model was told that it was heard for ${audioEndMs} ms; the phone heard ${heardMs} ms.`,
    );
  return { cuts, faults };
}

const complaints = ({ log }: CallReport): string[] =>
  log.flatMap((entry) =>
    entry.kind === "warning" || entry.kind === "error"
      ? [`Twilio's ${entry.kind} ${entry.code}: ${entry.message}`]
      : [],
  );

const isAudible = (track: Uint8Array): boolean => rms(track) > fromDbfs(-45);
