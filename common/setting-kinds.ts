/** What reading a setting's text came to: its value, or what is wrong with it (a predicate: "is too short"). */
export type Reading<Value> = { value: Value } | { fault: string };

/** A kind of setting: how its text is read, and what it accepts, in words that fit after "set it to". */
export type Kind<Value> = {
  read(text: string): Reading<Value>;
  accepts: string;
  /** An empty text is a wish for nothing; of any other kind it is a line that nobody has filled in. */
  mayBeEmpty?: true;
};

/** Any text of up to `maxLength` characters that can be spoken and written into XML. */
export const text = (maxLength = 100_000): Kind<string> => ({
  accepts: `a text of up to ${maxLength.toLocaleString("en")} characters`,
  read(text) {
    if (text.length > maxLength) return { fault: `has ${text.length} characters, ${maxLength} are allowed` };
    return holdsControlCharacter.test(text) ? { fault: "holds a control character" } : { value: text };
  },
});

const holdsControlCharacter = /[^\P{Cc}\n\t]/u;

/** A text that may be nothing: `off` says so, for a place where an empty value would get lost. */
export const textOrNothing = (maxLength: number): Kind<string> => ({
  accepts: `${text(maxLength).accepts}; empty or "off" for nothing`,
  mayBeEmpty: true,
  read: (given) => text(maxLength).read(given === "off" ? "" : given),
});

/** A text that no message ever repeats. */
export const secret = (minLength = 1): Kind<string> => ({
  accepts: minLength > 1 ? `a secret of at least ${minLength} characters` : "a secret",
  read: (text) => (text.length >= minLength ? { value: text } : { fault: `is shorter than ${minLength} characters` }),
});

/** A text of a fixed shape; not repeated in messages, since it may be personal, or a secret in the wrong place. */
export const shaped = (shape: RegExp, accepts: string): Kind<string> => ({
  accepts,
  read: (text) => (shape.test(text) ? { value: text } : { fault: "has the wrong shape" }),
});

/** E.164: a plus, the country code and the number (twilio.md 4.1). */
export const phoneNumber = (): Kind<string> =>
  shaped(/^\+[1-9]\d{1,14}$/, "a phone number in E.164 form: + and digits alone, such as +15551234567");

/** A number between two bounds, both included. */
export const number = (min: number, max: number): Kind<number> => ({
  accepts: `a number from ${min} to ${max}`,
  read: (text) => {
    const value = /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
    return value >= min && value <= max ? { value } : { fault: cannotBe(text) };
  },
});

/** A whole number between two bounds. */
export const whole = (min: number, max: number, unit = ""): Kind<number> => ({
  accepts: `a whole number${unit && ` of ${unit}`} from ${min} to ${max}`,
  read: (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    return value >= min && value <= max ? { value } : { fault: cannotBe(text) };
  },
});

/** Nought, which means off, or a whole number between two bounds. */
export const wholeOrOff = (min: number, max: number, unit: string): Kind<number> => ({
  accepts: `0 (off) or ${whole(min, max, unit).accepts}`,
  read: (text) => (text === "0" ? { value: 0 } : whole(min, max, unit).read(text)),
});

/** Nought, which means off, or an amount of US dollars. */
export const dollarsOrOff = (): Kind<number> => ({
  accepts: "0 (off) or US dollars up to 1000000, such as 0.50",
  read: (text) => number(0, 1_000_000).read(text),
});

export const port = (): Kind<number> => whole(1, 65_535);

/** One of a few words. */
export const choice = <const Word extends string>(...words: Word[]): Kind<Word> => ({
  accepts: `one of ${words.join(", ")}`,
  read: (text) => {
    const value = words.find((word) => word === text);
    return value === undefined ? { fault: cannotBe(text) } : { value };
  },
});

/** Several secrets parted by commas, each of them good: a new one beside the old one while they are being changed. */
export const secrets = (minLength: number): Kind<string[]> => ({
  accepts: secret(minLength).accepts,
  read: (text) => readEach(text, secret(minLength)),
});

/** Words parted by commas; at least one. Spaces around them, and empty places, count for nothing. */
export const list = (): Kind<[string, ...string[]]> => ({
  accepts: "words parted by commas",
  read: (text) => {
    const [first, ...rest] = text.split(",").flatMap((word) => word.trim() || []);
    return first === undefined ? { fault: "names nothing" } : { value: [first, ...rest] };
  },
});

/** Models that OpenAI has switched off, on 2026-05-07 (openai.md 1). */
const switchedOff = /^gpt-4o(-mini)?-realtime-preview/;

/** The models to talk with, the first choice first; none that is known to be gone. */
export const models = (): Kind<[string, ...string[]]> => ({
  accepts: "models parted by commas, such as gpt-live-1.1,gpt-realtime-2.1,azure:my-deployment",
  read(text) {
    const reading = list().read(text);
    const gone = "value" in reading ? reading.value.find((model) => switchedOff.test(model)) : undefined;
    if (gone === undefined) return reading;
    return { fault: `names ${gone}, which OpenAI has switched off; gpt-realtime-2.1 follows it` };
  },
});

/** Like {@link list}, but it may name nothing: `off` says so, too. */
export const listOrNothing = (): Kind<string[]> => ({
  accepts: `${list().accepts}; empty or "off" for none`,
  mayBeEmpty: true,
  read: (text) => (text === "" || text === "off" ? { value: [] } : list().read(text)),
});

/** Values of one kind, parted by commas. */
export const listOf = <Value>(kind: Kind<Value>, accepts: string): Kind<Value[]> => ({
  accepts: `${accepts}, parted by commas`,
  read: (text) => readEach(text, kind),
});

function readEach<Value>(text: string, kind: Kind<Value>): Reading<Value[]> {
  const values: Value[] = [];
  for (const word of text.split(",").flatMap((word) => word.trim() || [])) {
    const reading = kind.read(word);
    if ("fault" in reading) return reading;
    values.push(reading.value);
  }
  return values.length === 0 ? { fault: "names nothing" } : { value: values };
}

/** A time zone by its IANA name. */
export const timeZone = (): Kind<string> => ({
  accepts: "a time zone by its IANA name, such as America/New_York",
  read: (text) => (isTimeZone(text) ? { value: text } : { fault: cannotBe(text) }),
});

/** Whether a text is the IANA name of a time zone. */
export function isTimeZone(name: string): boolean {
  try {
    return Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

const safeAddress = "an https address; plain http only on this machine, such as http://127.0.0.1:5050";

/** A server's address of which only the origin counts: `https://voice.example`. */
export const origin = (): Kind<string> => ({
  accepts: safeAddress,
  read: (text) => readAddress(text, (url) => url.origin),
});

/** A server's address with a path to build on, without a slash at its end: `https://api.example/v1`. */
export const baseAddress = (): Kind<string> => ({
  accepts: safeAddress,
  read: (text) => readAddress(text, (url) => url.origin + url.pathname.replace(/\/+$/, "")),
});

/** A whole address, with its path and query: `https://crm.example/callers?tenant=7`. */
export const wholeAddress = (): Kind<string> => ({
  accepts: safeAddress,
  read: (text) => readAddress(text, (url) => url.href),
});

/**
 * Secrets travel to these addresses: so only over TLS, or without leaving the machine. An address written as that of
 * a WebSocket is taken for its server's.
 */
function readAddress(text: string, take: (url: URL) => string): Reading<string> {
  const serverUrl = text.replace(/^ws(?=s?:)/i, "http");
  const url = URL.canParse(serverUrl) ? new URL(serverUrl) : undefined;
  if (url?.username || url?.password) return { fault: "holds a user name or a password" };
  if (url?.protocol === "https:" || (url?.protocol === "http:" && isLoopback(url.hostname)))
    return { value: take(url) };
  return { fault: cannotBe(text) };
}

/** Whether a host name, as in a URL, means this machine. */
export const isLoopback = (hostname: string): boolean =>
  hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);

const cannotBe = (text: string): string =>
  `cannot be ${JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text)}`;
