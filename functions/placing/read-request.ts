import { object, parseObject } from "../../common/json.ts";
import { Refused } from "../../common/outbound-refusal.ts";
import { isTimeZone, phoneNumber } from "../../common/setting-kinds.ts";
import type { FunctionsSettings } from "../../common/settings.ts";
import type { RequestFields } from "../runtime/fields.ts";

/** What a program asks for, with the settings' word where it has none. `to` is as it was written. */
export type CallRequest = {
  to: string;
  from: string;
  assistant: string | undefined;
  parameters: Record<string, string>;
  greeting: string | undefined;
  machineDetection: boolean;
  timeLimitS: number;
  timeZone: string | undefined;
  idempotencyKey: string | undefined;
};

const names = new Set(
  "to from assistant parameters greeting machineDetection timeLimit timeZone idempotencyKey".split(" "),
);

/**
 * Reads a request, JSON or form. Strict: a misspelt field, or one of a wrong kind, would be a call other than the one
 * that was meant.
 *
 * @throws Refused
 */
export function readRequest(fields: RequestFields, settings: FunctionsSettings): CallRequest {
  // Beside the request's own fields the runtime puts its headers there (twilio.md 5.4).
  const strange = Object.keys(fields).find((name) => name !== "request" && !names.has(name));
  if (strange !== undefined) throw wrong(strange, "is no field of a call", `Use ${[...names].join(", ")}.`);
  return {
    to: readTo(fields, settings),
    from: readFrom(fields, settings),
    assistant: textOf(fields, "assistant", 100),
    parameters: readParameters(fields["parameters"]),
    greeting: textOf(fields, "greeting", 1000),
    machineDetection: readTruth(fields, "machineDetection"),
    timeLimitS: readTimeLimit(fields, settings.OUTBOUND_MAX_MINUTES * 60),
    timeZone: readTimeZone(fields),
    idempotencyKey: textOf(fields, "idempotencyKey", 200),
  };
}

/** Left out, it is the operator's own number; an empty one is somebody's mistake, and must not ring there. */
function readTo(fields: RequestFields, { MY_PHONE_NUMBER }: FunctionsSettings): string {
  const to = "to" in fields ? textOf(fields, "to", 100) : MY_PHONE_NUMBER;
  if (to === undefined)
    throw new Refused(400, "to-missing", "to is missing.", "Name the number to call, or set MY_PHONE_NUMBER.");
  return to;
}

function readFrom(fields: RequestFields, { TWILIO_PHONE_NUMBER }: FunctionsSettings): string {
  const from = textOf(fields, "from", 100) ?? TWILIO_PHONE_NUMBER;
  if (from === undefined)
    throw new Refused(400, "from-missing", "from is missing.", "Set TWILIO_PHONE_NUMBER, or name one of your numbers.");
  if ("fault" in phoneNumber().read(from))
    throw new Refused(400, "from-invalid", "from is no phone number.", `Write it as ${phoneNumber().accepts}.`);
  return from;
}

function readTimeLimit(fields: RequestFields, longestS: number): number {
  const given = fields["timeLimit"];
  if (isAbsent(given)) return longestS;
  const seconds = typeof given === "string" && /^\d{1,6}$/.test(given) ? Number(given) : given;
  if (typeof seconds === "number" && Number.isInteger(seconds) && seconds >= shortestS && seconds <= longestS)
    return seconds;
  throw wrong("timeLimit", "is out of bounds", `Give whole seconds from ${shortestS} to ${longestS}.`);
}

const shortestS = 10;

function readTimeZone(fields: RequestFields): string | undefined {
  const zone = textOf(fields, "timeZone", 100);
  if (zone === undefined || isTimeZone(zone)) return zone;
  throw wrong("timeZone", "is no time zone", "Name it as IANA does, such as America/New_York.");
}

function readTruth(fields: RequestFields, name: string): boolean {
  const given = fields[name];
  if (isAbsent(given) || given === false || given === "false") return false;
  if (given === true || given === "true") return true;
  throw wrong(name, "is neither true nor false", "Give true or false.");
}

/** An object; a form has it as a text of JSON. */
function readParameters(given: unknown): Record<string, string> {
  if (isAbsent(given)) return {};
  const fields = typeof given === "string" ? parseObject(given) : given;
  if (fields === undefined || Array.isArray(fields) || typeof fields !== "object") throw wrongParameters;
  const entries = Object.entries(object(fields));
  if (entries.length > mostParameters) throw wrongParameters;
  return Object.fromEntries(entries.map(([name, value]) => [parameterName(name), parameterValue(value)]));
}

const mostParameters = 50;
const longestParameter = 200;

const parameterName = (name: string): string => {
  if (!/^\w{1,64}$/.test(name)) throw wrongParameters;
  return name;
};

const parameterValue = (value: unknown): string => {
  const text = typeof value === "number" || typeof value === "boolean" ? String(value) : value;
  if (typeof text !== "string" || text.length > longestParameter) throw wrongParameters;
  return text;
};

function textOf(fields: RequestFields, name: string, maxLength: number): string | undefined {
  const given = fields[name];
  if (isAbsent(given)) return undefined;
  if (typeof given !== "string") throw wrong(name, "is no text, or there are several", "Give one text.");
  if (given.length > maxLength) throw wrong(name, "is too long", `Give up to ${maxLength} characters.`);
  return given;
}

const isAbsent = (given: unknown): boolean => given === undefined || given === null || given === "";

const wrong = (name: string, what: string, fix: string): Refused =>
  new Refused(400, "field-invalid", `${JSON.stringify(name.slice(0, 60))} ${what}.`, fix);

const wrongParameters = wrong(
  "parameters",
  "is not what parameters are",
  `Give up to ${mostParameters} names of letters, digits and _, each with a text of up to ${longestParameter} characters.`,
);
