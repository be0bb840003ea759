import type { Kind } from "./setting-kinds.ts";

/** Who reads a setting: the Twilio Functions, the Cloudflare Worker, or the scripts that run both on this machine. */
export type Side = "functions" | "worker" | "local";

/** A line for the reader of `.env.example`, and, where a wrong value needs it, why the setting matters. */
export type Words = { help: string; why?: string };

/** The settings read so far, from which another's default may follow. */
export type Known = Readonly<Record<string, unknown>>;

/** What a setting is without a text: refused, nothing, a text to read in its place, or a value that follows from others. */
export type Absence<Value> =
  | { kind: "refused" }
  | { kind: "nothing" }
  | { kind: "text"; text: string }
  | { kind: "derived"; value: (known: Known) => Value };

/** One setting. `Value` is what a reader gets. */
export type Setting<Value, Reader extends Side> = Words & {
  kind: Kind<Value>;
  readers: readonly Reader[];
  absence: Absence<Value>;
  /** What is wrong with a value that is good by itself, beside the settings above it (a predicate). */
  clash?(value: Value, known: Known): string | undefined;
};

/** A setting that must be there. */
export const required = <Value, Reader extends Side>(
  readers: readonly Reader[],
  kind: Kind<Value>,
  words: Words & { why: string },
): Setting<Value, Reader> => ({ ...words, kind, readers, absence: { kind: "refused" } });

/** A setting that may be missing: `undefined` then. */
export const optional = <Value, Reader extends Side>(
  readers: readonly Reader[],
  kind: Kind<Value>,
  words: Words,
): Setting<Value | undefined, Reader> => ({ ...words, kind, readers, absence: { kind: "nothing" } });

/** A setting with a default, written as a user would write it. */
export const preset = <Value, Reader extends Side>(
  readers: readonly Reader[],
  kind: Kind<Value>,
  defaultText: string,
  words: Words,
): Setting<Value, Reader> => ({ ...words, kind, readers, absence: { kind: "text", text: defaultText } });

/** A setting whose default follows from the settings above it. */
export const derived = <Value, Reader extends Side>(
  readers: readonly Reader[],
  kind: Kind<Value>,
  value: (known: Known) => Value,
  words: Words,
): Setting<Value, Reader> => ({ ...words, kind, readers, absence: { kind: "derived", value } });
