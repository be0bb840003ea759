/** An object read from a peer, of which nothing is known. */
export type Fields = Record<string, unknown>;

const isObject = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Reads JSON text that must be an object; `undefined` when it is not. Never throws. */
export function parseObject(message: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(message);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The value as an object; an empty one when it is none, so that reading goes on and finds nothing. */
export const object = (value: unknown): Fields => (isObject(value) ? value : {});

/** The value as a text, if it is one. */
export const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
