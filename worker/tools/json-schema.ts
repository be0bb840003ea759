/**
 * What a tool's parameters are written in: the part of JSON Schema that models follow well, and no more of it.
 * An object takes no properties beside those it names, whether `additionalProperties: false` is written or not.
 */
export type Schema = StringSchema | NumberSchema | BooleanSchema | ArraySchema | ObjectSchema;

export type ObjectSchema = Described & {
  readonly type: "object";
  readonly properties: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: false;
};

type StringSchema = Described & {
  readonly type: "string";
  readonly enum?: readonly string[];
  readonly minLength?: number;
  readonly maxLength?: number;
};

type NumberSchema = Described & {
  readonly type: "number" | "integer";
  readonly minimum?: number;
  readonly maximum?: number;
};

type BooleanSchema = Described & { readonly type: "boolean" };

type ArraySchema = Described & {
  readonly type: "array";
  readonly items: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
};

type Described = { readonly description?: string };

/** The values that a schema lets pass. */
export type ValueOf<S> = S extends { enum: readonly (infer Choice)[] }
  ? Choice
  : S extends { type: "string" }
    ? string
    : S extends { type: "number" | "integer" }
      ? number
      : S extends { type: "boolean" }
        ? boolean
        : S extends { type: "array"; items: infer Items }
          ? ValueOf<Items>[]
          : S extends { type: "object"; properties: infer Properties }
            ? ObjectOf<Properties, S extends { required: readonly (infer Name)[] } ? Name : never>
            : unknown;

type ObjectOf<Properties, Required> = {
  [Name in keyof Properties as Name extends Required ? Name : never]: ValueOf<Properties[Name]>;
} & {
  [Name in keyof Properties as Name extends Required ? never : Name]?: ValueOf<Properties[Name]>;
};
