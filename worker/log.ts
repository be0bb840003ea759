import { maskNumbers } from "../common/mask.ts";

/** Writes one line of JSON to the log. */
export type Log = (event: string, fields?: Record<string, unknown>) => void;

/** Never in a log, whatever holds them: audio (`delta` of an audio event, `audio`, `payload`) and secrets. */
const withheld = new Set(["audio", "payload", "token", "authorization", "client_secret", "api_key", "key", "secret"]);

/** A log whose lines carry the CallSid; phone numbers are masked, audio and secrets withheld. */
export const callLog =
  (callSid: string): Log =>
  (event, fields = {}) =>
    console.log(JSON.stringify({ at: new Date().toISOString(), callSid, event, ...redactFields(fields) }));

const redactFields = (fields: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, redact(key, value)]));

function redact(key: string, value: unknown): unknown {
  if (withheld.has(key.toLowerCase()) && typeof value === "string") return "(withheld)";
  if (typeof value === "string") return isLongBase64(value) ? `(${value.length} characters)` : maskNumbers(value);
  if (Array.isArray(value)) return value.map((element) => redact(key, element));
  if (typeof value === "object" && value !== null) return redactFields({ ...value });
  return value;
}

const isLongBase64 = (text: string): boolean => text.length > 200 && !/[^A-Za-z0-9+/=]/.test(text);
