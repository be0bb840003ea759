import type { ObjectSchema, Schema } from "./json-schema.ts";

/**
 * What keeps a value from fitting a schema, as a sentence without a full stop that names the place:
 * `address.street must have at most 80 characters`, `tags[2] must be a text`. `undefined` when it fits.
 * No sentence repeats what the value holds: it may be a secret, and the sentence goes to the log.
 */
export function valueFault(schema: Schema, value: unknown, path = "the value"): string | undefined {
  switch (schema.type) {
    case "string":
      if (typeof value !== "string") return `${path} must be a text`;
      if (schema.enum && !schema.enum.includes(value)) return `${path} must be one of ${schema.enum.join(", ")}`;
      return countFault(path, "character", Array.from(value).length, schema.minLength, schema.maxLength);
    case "number":
    case "integer":
      return numberFault(schema, value, path);
    case "boolean":
      return typeof value === "boolean" ? undefined : `${path} must be true or false`;
    case "array":
      if (!Array.isArray(value)) return `${path} must be a list`;
      return (
        countFault(path, "element", value.length, schema.minItems, schema.maxItems) ??
        first(value, (element, index) => valueFault(schema.items, element, `${path}[${index}]`))
      );
    case "object":
      return objectFault(schema, value, path, `${path}.`);
  }
}

/** The same for the arguments of a call, whose properties stand at the top: `street must be a text`. */
export const argumentsFault = (schema: ObjectSchema, value: unknown): string | undefined =>
  objectFault(schema, value, "the arguments", "");

function numberFault(
  schema: Schema & { type: "number" | "integer" },
  value: unknown,
  path: string,
): string | undefined {
  const { type, minimum = -Infinity, maximum = Infinity } = schema;
  if (typeof value !== "number" || !Number.isFinite(value)) return `${path} must be a number`;
  if (type === "integer" && !Number.isInteger(value)) return `${path} must be a whole number`;
  if (value < minimum) return `${path} must be at least ${minimum}`;
  return value > maximum ? `${path} must be at most ${maximum}` : undefined;
}

function countFault(path: string, unit: string, count: number, min = 0, max = Infinity): string | undefined {
  const amount = (limit: number): string => `${limit} ${unit}${limit === 1 ? "" : "s"}`;
  if (count < min) return `${path} must have at least ${amount(min)}`;
  return count > max ? `${path} must have at most ${amount(max)}` : undefined;
}

function objectFault(schema: ObjectSchema, value: unknown, path: string, prefix: string): string | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return `${path} must be an object`;
  const { properties, required = [] } = schema;
  const missing = required.find((name) => !Object.hasOwn(value, name));
  if (missing !== undefined) return `${prefix}${missing} is missing`;
  return first(Object.entries(value), ([name, property]) => {
    // Own properties alone, so that a `constructor` in the JSON is no known name.
    const expected = Object.hasOwn(properties, name) ? properties[name] : undefined;
    return expected
      ? valueFault(expected, property, `${prefix}${name}`)
      : `${path} may hold only ${namesIn(properties)}`;
  });
}

const namesIn = (properties: object): string => Object.keys(properties).join(", ") || "nothing";

function first<Element>(
  elements: readonly Element[],
  faultOf: (element: Element, index: number) => string | undefined,
): string | undefined {
  for (const [index, element] of elements.entries()) {
    const fault = faultOf(element, index);
    if (fault !== undefined) return fault;
  }
  return undefined;
}
