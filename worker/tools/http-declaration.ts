import type { ObjectSchema } from "./json-schema.ts";

/** A tool that is one HTTP request, declared as data. */
export type HttpToolDeclaration = {
  name: string;
  description: string;
  parameters: ObjectSchema;
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** With `{placeholders}` after the host, each a required argument. */
  url: string;
  /** Values may hold `${SECRET_NAME}`. */
  headers?: Record<string, string>;
  timeoutMs?: number;
  filler?: string;
};
