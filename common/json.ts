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

/**
 * The string value after an opening such as `"payload":"`, cut out of JSON text without parsing it. Only for values
 * that hold neither quotes nor backslashes: ids, numbers, base64.
 */
export function cut(json: string, opening: string): string | undefined {
  const at = json.indexOf(opening);
  if (at < 0) return undefined;
  const from = at + opening.length;
  const to = json.indexOf('"', from);
  return to < 0 ? undefined : json.slice(from, to);
}
