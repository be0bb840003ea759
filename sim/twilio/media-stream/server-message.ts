/** A message that a server may send on a bidirectional stream (twilio.md 1.2). */
export type ServerMessage =
  | { event: "media"; audio: Uint8Array }
  | { event: "mark"; name: string }
  | { event: "clear" };

/** Why a message was not understood; Twilio warns with 31951 and drops it. */
export type Malformed = { malformed: string };

type Fields = Record<string, unknown>;

const base64 = /^[A-Za-z0-9+/]+={0,2}$/;

/**
 * Reads one text message as strictly as Twilio: exactly the documented fields, no more and no less, the right
 * `streamSid`, and base64 that decodes to at least one byte of audio.
 */
export function parseServerMessage(text: string, streamSid: string): ServerMessage | Malformed {
  const message = parseObject(text);
  if (message === undefined) return { malformed: "not a JSON object" };
  const wrong = wrongFields(message);
  if (wrong !== undefined) return { malformed: wrong };
  if (message["streamSid"] !== streamSid)
    return { malformed: `streamSid is ${JSON.stringify(message["streamSid"])}, not "${streamSid}"` };
  return parseBody(message);
}

const bodyFields = new Map([
  ["media", ["payload"]],
  ["mark", ["name"]],
  ["clear", []],
]);

function wrongFields(message: Fields): string | undefined {
  const event = message["event"];
  const inner = typeof event === "string" ? bodyFields.get(event) : undefined;
  if (typeof event !== "string" || inner === undefined) return `unknown event ${JSON.stringify(event)}`;
  if (inner.length === 0) return difference(message, ["event", "streamSid"], event);
  const body = message[event];
  return (
    difference(message, ["event", "streamSid", event], event) ??
    (isObject(body) ? difference(body, inner, `${event}.${event}`) : `${event}.${event} is not an object`)
  );
}

function difference(fields: Fields, expected: string[], where: string): string | undefined {
  const missing = expected.find((name) => !Object.hasOwn(fields, name));
  if (missing !== undefined) return `"${missing}" is missing from ${where}`;
  const extra = Object.keys(fields).find((name) => !expected.includes(name));
  return extra === undefined ? undefined : `"${extra}" does not belong to ${where}`;
}

function parseBody(message: Fields): ServerMessage | Malformed {
  const { media, mark } = message;
  if (isObject(media)) return parseMedia(media["payload"]);
  if (!isObject(mark)) return { event: "clear" };
  const { name } = mark;
  return typeof name === "string" ? { event: "mark", name } : { malformed: "mark.name is not a string" };
}

function parseMedia(payload: unknown): ServerMessage | Malformed {
  if (typeof payload !== "string" || payload.length % 4 !== 0 || !base64.test(payload))
    return { malformed: "media.payload is not base64 audio" };
  return { event: "media", audio: Buffer.from(payload, "base64") };
}

function parseObject(text: string): Fields | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
