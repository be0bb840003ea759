import { describe, expect, test } from "vitest";
import type { ObjectSchema } from "../../worker/tools/json-schema.ts";
import { schemaFault } from "../../worker/tools/schema-fault.ts";
import { argumentsFault, valueFault } from "../../worker/tools/value-fault.ts";

const order: ObjectSchema = {
  type: "object",
  properties: {
    size: { type: "string", enum: ["small", "large"] },
    note: { type: "string", minLength: 2, maxLength: 4 },
    count: { type: "integer", minimum: 1, maximum: 9 },
    price: { type: "number" },
    isGift: { type: "boolean" },
    tags: { type: "array", items: { type: "string" }, minItems: 1, maxItems: 2 },
    address: { type: "object", properties: { street: { type: "string" } }, required: ["street"] },
  },
  required: ["size"],
};

describe("arguments that fit", () => {
  test.each([
    [{ size: "small" }],
    [{ size: "large", note: "🎁🎁🎁🎁", count: 9, price: -0.5, isGift: false, tags: ["a", "b"] }],
    [{ size: "small", count: 1, address: { street: "" } }],
  ])("%j", (args) => {
    expect(argumentsFault(order, args)).toBeUndefined();
  });
});

describe("arguments that do not fit are refused with the place named", () => {
  test.each<[unknown, string]>([
    [{}, "size is missing"],
    [{ size: "medium" }, "size must be one of small, large"],
    [{ size: 3 }, "size must be a text"],
    [{ size: null }, "size must be a text"],
    [{ size: "small", note: "a" }, "note must have at least 2 characters"],
    [{ size: "small", note: "abcde" }, "note must have at most 4 characters"],
    [{ size: "small", count: "2" }, "count must be a number"],
    [{ size: "small", count: 1.5 }, "count must be a whole number"],
    [{ size: "small", count: 0 }, "count must be at least 1"],
    [{ size: "small", count: 10 }, "count must be at most 9"],
    [{ size: "small", price: Infinity }, "price must be a number"],
    [{ size: "small", isGift: "yes" }, "isGift must be true or false"],
    [{ size: "small", tags: "a" }, "tags must be a list"],
    [{ size: "small", tags: [] }, "tags must have at least 1 element"],
    [{ size: "small", tags: ["a", "b", "c"] }, "tags must have at most 2 elements"],
    [{ size: "small", tags: ["a", 7] }, "tags[1] must be a text"],
    [{ size: "small", address: [] }, "address must be an object"],
    [{ size: "small", address: {} }, "address.street is missing"],
    [{ size: "small", address: { street: 1 } }, "address.street must be a text"],
    [{ size: "small", pin: "4711" }, "the arguments may hold only size, note, count, price, isGift, tags, address"],
    [{ size: "small", address: { street: "", pin: "4711" } }, "address may hold only street"],
    [JSON.parse('{"size":"small","__proto__":{}}'), "the arguments may hold only"],
    [{ size: "small", constructor: "x" }, "the arguments may hold only"],
    [[], "the arguments must be an object"],
    [null, "the arguments must be an object"],
    ["{}", "the arguments must be an object"],
  ])("%j: %s", (args, fault) => {
    expect(argumentsFault(order, args)).toMatch(new RegExp(`^${fault.replaceAll(/[[\]]/g, "\\$&")}`));
  });

  test("a required property must be the object's own", () => {
    const schema = { type: "object", properties: { toString: { type: "string" } }, required: ["toString"] } as const;
    expect(argumentsFault(schema, {})).toBe("toString is missing");
  });

  test("what the model or the caller gave is never repeated", () => {
    const secret = "4111111111111111";
    for (const value of [secret, [secret], { [secret]: secret }]) {
      for (const schema of Object.values(order.properties))
        expect(valueFault(schema, value) ?? "").not.toContain(secret);
      expect(argumentsFault(order, { size: value })).not.toContain(secret);
    }
  });
});

describe("a schema that is not of the subset is refused, since nobody would check it", () => {
  test("the subset itself passes", () => {
    expect(schemaFault(order)).toBeUndefined();
  });

  test.each<[unknown, string]>([
    [undefined, "parameters.type must be one of string, number, integer, boolean, array, object"],
    [{ type: "null" }, "parameters.type must be one of"],
    [{ type: "constructor" }, "parameters.type must be one of"],
    [{ type: "string", pattern: "^a" }, "parameters may hold only type, description, enum, minLength, maxLength"],
    [{ type: "string", enum: [] }, "parameters.enum must have at least 1 element"],
    [{ type: "string", minLength: -1 }, "parameters.minLength must be at least 0"],
    [{ type: "number", minimum: "1" }, "parameters.minimum must be a number"],
    [{ type: "array" }, "parameters.items.type must be one of"],
    [{ type: "array", items: { type: "string", format: "date" } }, "parameters.items may hold only"],
    [
      { type: "object", properties: { a: { type: "object", properties: { b: { type: "date" } } } } },
      "parameters.properties.a.properties.b.type must be one of",
    ],
    [
      { type: "object", properties: {}, required: ["a"] },
      "parameters.required names a, which is not among the properties",
    ],
    [{ type: "object", properties: {}, additionalProperties: true }, "parameters.additionalProperties must be false"],
  ])("%j: %s", (schema, fault) => {
    expect(schemaFault(schema)).toContain(fault);
  });
});
