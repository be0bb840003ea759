/** What the service objects to in a client's event: the codes of openai.md A9, `param` as the path of the field. */
export type Objection = { code: string | null; message: string; param: string | null };

/** Looks at one value of a client's event, found at `path`; objects, or is content. */
export type Shape = (value: unknown, path: string) => Objection | undefined;

export type Fields = Record<string, Shape>;

/** An object as JSON has it. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** An objection to a value that is not among those allowed. */
export const invalidValue = (path: string, reason: string): Objection => ({
  code: "invalid_value",
  message: `Invalid value for '${path}': ${reason}.`,
  param: path,
});

const described = (value: unknown): string => (JSON.stringify(value) ?? "nothing").slice(0, 60);

const expected = (what: string, value: unknown, path: string): Objection =>
  invalidValue(path, `expected ${what}, but got ${described(value)}`);

export const anything: Shape = () => undefined;

export const boolean: Shape = (value, path) =>
  typeof value === "boolean" ? undefined : expected("true or false", value, path);

/** A string of at most `maxLength` characters. */
export function text(maxLength = Number.POSITIVE_INFINITY): Shape {
  return (value, path) => {
    if (typeof value !== "string") return expected("a string", value, path);
    return value.length <= maxLength ? undefined : expected(`at most ${maxLength} characters`, value, path);
  };
}

export function numberFrom(min: number, max: number): Shape {
  return (value, path) =>
    typeof value === "number" && value >= min && value <= max
      ? undefined
      : expected(`a number from ${min} to ${max}`, value, path);
}

export function wholeNumberFrom(min: number, max: number): Shape {
  return (value, path) =>
    Number.isInteger(value) ? numberFrom(min, max)(value, path) : expected("an integer", value, path);
}

export function oneOf(...values: (string | number)[]): Shape {
  const list = values.map((value) => `'${value}'`).join(", ");
  return (value, path) => {
    if (values.some((each) => each === value)) return undefined;
    return {
      code: "invalid_value",
      message: `Invalid value: ${described(value)}. Supported values are: ${list}.`,
      param: path,
    };
  };
}

export function nullOr(shape: Shape): Shape {
  return (value, path) => (value === null ? undefined : shape(value, path));
}

/** A string is looked at by the first shape, anything else by the second. */
export function stringOr(ofString: Shape, otherwise: Shape): Shape {
  return (value, path) => (typeof value === "string" ? ofString(value, path) : otherwise(value, path));
}

export function listOf(shape: Shape, minLength = 0): Shape {
  return (value, path) => {
    if (!Array.isArray(value) || value.length < minLength) return expected("an array", value, path);
    for (const [index, each] of value.entries()) {
      const objection = shape(each, `${path}[${index}]`);
      if (objection !== undefined) return objection;
    }
    return undefined;
  };
}

/** An object with the required fields, perhaps the optional ones, and no others. */
export function fields(required: Fields, optional: Fields = {}): Shape {
  const known = { ...required, ...optional };
  return (value, path) => {
    if (!isRecord(value)) return expected("an object", value, path);
    const prefix = path === "" ? "" : `${path}.`;
    for (const name in value) {
      const shape = Object.hasOwn(known, name) ? known[name] : undefined;
      if (shape === undefined) return unknownParameter(prefix + name);
      const objection = shape(value[name], prefix + name);
      if (objection !== undefined) return objection;
    }
    for (const name in required) if (!Object.hasOwn(value, name)) return missingParameter(prefix + name);
    return undefined;
  };
}

/** An object whose field `key` says which of the shapes it has. */
export function byField(key: string, shapes: Record<string, Shape>): Shape {
  const known = oneOf(...Object.keys(shapes));
  return (value, path) => {
    if (!isRecord(value)) return expected("an object", value, path);
    const keyPath = path === "" ? key : `${path}.${key}`;
    if (!Object.hasOwn(value, key)) return missingParameter(keyPath);
    return known(value[key], keyPath) ?? shapes[String(value[key])]?.(value, path);
  };
}

const unknownParameter = (path: string): Objection => ({
  code: "unknown_parameter",
  message: `Unknown parameter: '${path}'.`,
  param: path,
});

const missingParameter = (path: string): Objection => ({
  code: "missing_required_parameter",
  message: `Missing required parameter: '${path}'.`,
  param: path,
});
