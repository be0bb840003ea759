import { maskNumbers } from "../common/mask.ts";

/** Writes one line of JSON to the log. */
export type Log = (event: string, fields?: Record<string, unknown>) => void;

/** Never in a log, whatever holds them: audio, words that were spoken, and secrets. */
const withheld = new Set(
  "audio delta payload transcript text arguments output token authorization client_secret api_key key secret".split(
    " ",
  ),
);

/**
 * A log whose lines carry the CallSid. Phone numbers are masked; audio, spoken words and fields that hold secrets are
 * withheld, and so are the given secrets wherever they turn up: a peer may echo them in an error.
 */
export const callLog =
  (callSid: string, secrets: readonly string[]): Log =>
  (event, fields = {}) => {
    const line = { at: new Date().toISOString(), callSid, event, ...redactFields(fields) };
    console.log(secrets.reduce((text, secret) => text.replaceAll(inJson(secret), "(secret)"), JSON.stringify(line)));
  };

/** A secret as it stands within JSON text: quotes and backslashes escaped. */
const inJson = (secret: string): string => JSON.stringify(secret).slice(1, -1);

const redactFields = (fields: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, redact(key, value)]));

function redact(key: string, value: unknown): unknown {
  if (withheld.has(key.toLowerCase()) && holdsText(value)) return "(withheld)";
  if (typeof value === "string") return isLongBase64(value) ? `(${value.length} characters)` : maskNumbers(value);
  if (Array.isArray(value)) return value.map((element) => redact(key, element));
  if (typeof value === "object" && value !== null) return redactFields({ ...value });
  return value;
}

/** Numbers and formats by these names (`audio_tokens`, `audio: { format }`) are no secret. */
const holdsText = (value: unknown): boolean =>
  typeof value === "string" || (typeof value === "object" && value !== null && "value" in value);

const isLongBase64 = (text: string): boolean => text.length > 200 && !/[^A-Za-z0-9+/=]/.test(text);
