import type { Instruction } from "../call/document.ts";
import type { DetectionRequest } from "../call/detection.ts";
import type { StatusCallbacks } from "../call/status-callbacks.ts";
import { isPlayable } from "../line/dtmf-tones.ts";
import { isStatusEvent } from "../twiml/status-event.ts";
import type { Method } from "../twiml/verb.ts";
import { readDetection } from "./detection-parameters.ts";
import { type Refusal, refuse } from "./rest-error.ts";

/** What `POST Calls.json` asks for. */
export type NewCall = {
  from: string;
  to: string;
  instruction: Instruction;
  statusCallbacks: StatusCallbacks | undefined;
  timeLimitMs: number | undefined;
  ringLimitMs: number;
  detection?: DetectionRequest;
  sendDigits?: string;
  notes: string[];
};

/** What `POST Calls/{CallSid}.json` asks for. */
export type CallUpdate = { end: "completed" | "canceled" } | { redirect: Instruction };

const e164 = /^\+[1-9]\d{1,14}$/;
/** `twiml` may be no longer (twilio.md 4.1). */
const longestTwiml = 4_000;
/** A phone rings for so long, and no longer than that (twilio.md 4.1). */
const ringSeconds = 60;
const longestRingSeconds = 600;
const longestDigits = 32;

const simulated = new Set(
  (
    "To From Url Method Twiml FallbackUrl FallbackMethod StatusCallback StatusCallbackMethod StatusCallbackEvent " +
    "TimeLimit Timeout SendDigits MachineDetection MachineDetectionTimeout AsyncAmd AsyncAmdStatusCallback " +
    "AsyncAmdStatusCallbackMethod"
  ).split(" "),
);

/** What an account allows: which numbers it may show as the caller's, and which it may not call. */
export type Permissions = {
  mayCallFrom: (number: string) => boolean;
  refusalOf: (to: string) => Refusal | undefined;
};

/** Reads the form of a new call, as strictly as Twilio. */
export function readNewCall(form: URLSearchParams, { mayCallFrom, refusalOf }: Permissions): NewCall | Refusal {
  const to = form.get("To") ?? "";
  const from = form.get("From") ?? "";
  if (to === "") return refuse(21201, "No 'To' number is specified");
  if (from === "") return refuse(21213, "No 'From' number is specified");
  if (!e164.test(to)) return refuse(21211, `The phone number you are attempting to call, ${to}, is not valid.`);
  if (!mayCallFrom(from)) return refuse(21210, `The source phone number provided, ${from}, is not yet verified.`);
  const refusal = refusalOf(to);
  if (refusal !== undefined) return refusal;
  const instruction = readInstruction(form);
  if (instruction === undefined) return refuse(21205, "Url parameter is required.");
  if ("code" in instruction) return instruction;
  const statusCallbacks = readStatusCallbacks(form);
  if (statusCallbacks !== undefined && "code" in statusCallbacks) return statusCallbacks;
  const timeLimitSeconds = readSeconds(form, "TimeLimit", Number.POSITIVE_INFINITY);
  if (typeof timeLimitSeconds !== "number") return timeLimitSeconds;
  const timeoutSeconds = readSeconds(form, "Timeout", ringSeconds);
  if (typeof timeoutSeconds !== "number") return timeoutSeconds;
  const sendDigits = form.get("SendDigits") ?? undefined;
  if (sendDigits !== undefined && (!isPlayable(sendDigits) || sendDigits.length > longestDigits))
    return refuse(21502, `SendDigits ${sendDigits} is not valid.`);
  const detection = sendDigits === undefined ? readDetection(form) : undefined;
  if (detection !== undefined && "code" in detection) return detection;
  const notes = [...new Set(form.keys())].filter((name) => !simulated.has(name));
  return {
    from,
    to,
    instruction,
    statusCallbacks,
    timeLimitMs: Number.isFinite(timeLimitSeconds) ? timeLimitSeconds * 1_000 : undefined,
    ringLimitMs: Math.min(timeoutSeconds, longestRingSeconds) * 1_000,
    ...(detection === undefined ? {} : { detection }),
    ...(sendDigits === undefined ? {} : { sendDigits }),
    notes: notes.map((name) => `the parameter ${name} is not simulated`),
  };
}

/** Reads the form of an update (twilio.md 4.5). */
export function readUpdate(form: URLSearchParams): CallUpdate | Refusal {
  const status = form.get("Status");
  if (status === "completed" || status === "canceled") return { end: status };
  if (status !== null) return refuse(20001, `Status ${status} is not allowed: completed or canceled`);
  const instruction = readInstruction(form);
  if (instruction === undefined) return refuse(20001, "Only Status, Url and Twiml can be updated here");
  return "code" in instruction ? instruction : { redirect: instruction };
}

/** `Url` wins over `Twiml` (twilio.md 4.1). */
function readInstruction(form: URLSearchParams): Instruction | Refusal | undefined {
  const url = form.get("Url");
  const twiml = form.get("Twiml");
  if (url !== null) return readAddress(url, form);
  if (twiml === null) return undefined;
  if (twiml.length > longestTwiml) return refuse(20001, `Twiml is longer than ${longestTwiml} characters`);
  return { twiml };
}

function readAddress(url: string, form: URLSearchParams): Instruction | Refusal {
  if (!isHttp(url)) return refuse(21205, `Url is not a valid URL: ${url}`);
  const fallbackUrl = form.get("FallbackUrl");
  const method = methodOf(form.get("Method"));
  if (fallbackUrl === null) return { url, method };
  return { url, method, fallback: { url: fallbackUrl, method: methodOf(form.get("FallbackMethod")) } };
}

function readStatusCallbacks(form: URLSearchParams): StatusCallbacks | Refusal | undefined {
  const url = form.get("StatusCallback");
  if (url === null) return undefined;
  if (!isHttp(url)) return refuse(21609, `The StatusCallback URL ${url} is not a valid URL.`);
  const asked = form.getAll("StatusCallbackEvent").flatMap((value) => value.split(" "));
  const wrong = asked.find((event) => !isStatusEvent(event));
  if (wrong !== undefined) return refuse(21626, `Call progress event ${wrong} is not supported.`);
  const events = asked.length === 0 ? (["completed"] as const) : asked.filter(isStatusEvent);
  return { url, method: methodOf(form.get("StatusCallbackMethod")), events };
}

function readSeconds(form: URLSearchParams, name: string, otherwise: number): number | Refusal {
  const text = form.get(name);
  if (text === null) return otherwise;
  return /^\d+$/.test(text) ? Number(text) : refuse(20001, `${name} ${text} is not a number of seconds`);
}

const methodOf = (method: string | null): Method => (method?.toUpperCase() === "GET" ? "GET" : "POST");
const isHttp = (url: string): boolean => URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
