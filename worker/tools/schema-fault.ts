import { object, text } from "../../common/json.ts";
import type { ObjectSchema } from "./json-schema.ts";
import { valueFault } from "./value-fault.ts";

/**
 * What is wrong with a schema itself: a keyword that is not of our subset would be shown to the model, and never
 * checked. Takes anything, since a schema may come as JSON. `undefined` when it is one of ours.
 */
export function schemaFault(schema: unknown, path = "parameters"): string | undefined {
  const { properties, items, ...keywords } = object(schema);
  const type = text(keywords["type"]);
  const known = type !== undefined && Object.hasOwn(keywordsOf, type) ? keywordsOf[type] : undefined;
  if (!known) return `${path}.type must be one of ${Object.keys(keywordsOf).join(", ")}`;
  const fault = valueFault({ type: "object", properties: { ...common, ...known } }, keywords, path);
  if (fault !== undefined) return fault;
  if (keywords["additionalProperties"] === true) return `${path}.additionalProperties must be false`;
  if (type === "array") return schemaFault(items, `${path}.items`);
  return type === "object" ? propertiesFault(object(properties), keywords["required"], path) : undefined;
}

function propertiesFault(properties: object, required: unknown, path: string): string | undefined {
  const unknown = Array.isArray(required) && required.find((name) => !Object.hasOwn(properties, String(name)));
  if (typeof unknown === "string") return `${path}.required names ${unknown}, which is not among the properties`;
  for (const [name, schema] of Object.entries(properties)) {
    const fault = schemaFault(schema, `${path}.properties.${name}`);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

type Keywords = ObjectSchema["properties"];

const count = { type: "integer", minimum: 0 } as const;
const texts = { type: "array", items: { type: "string" } } as const;
const bounds: Keywords = { minimum: { type: "number" }, maximum: { type: "number" } };

const common: Keywords = { type: { type: "string" }, description: { type: "string" } };

/** The keywords of each type, themselves described by our subset. `properties` and `items` hold schemas: see above. */
const keywordsOf: Record<string, Keywords> = {
  string: { enum: { ...texts, minItems: 1 }, minLength: count, maxLength: count },
  number: bounds,
  integer: bounds,
  boolean: {},
  array: { minItems: count, maxItems: count },
  object: { required: texts, additionalProperties: { type: "boolean" } },
};
