import type { HttpToolDeclaration } from "./http-declaration.ts";
import { httpHeaders } from "./http-headers.ts";
import type { Schema } from "./json-schema.ts";
import { schemaFault } from "./schema-fault.ts";
import { urlTemplate } from "./url-template.ts";

/** One request, but for how it is sent. */
type HttpRequest = { url: URL; method: string; headers: Headers; body?: string };

/**
 * Turns a declaration into a function from arguments to request: what the URL does not use goes into the query of a
 * GET or DELETE, a list as one parameter each, and is the JSON body otherwise.
 * Throws an error that says what is wrong with the declaration.
 */
export function httpRequest(
  declaration: HttpToolDeclaration,
  secrets: Record<string, string>,
  allowLoopback: boolean,
): (args: Record<string, unknown>) => HttpRequest {
  const { method, parameters } = declaration;
  const fault = schemaFault(parameters);
  if (fault !== undefined) throw new Error(fault);
  const template = urlTemplate(declaration.url, parameters, allowLoopback);
  const headers = httpHeaders(declaration.headers ?? {}, secrets);
  const hasBody = method !== "GET" && method !== "DELETE";
  const besideUrl = <Value>(fields: Record<string, Value>): [string, Value][] =>
    Object.entries(fields).filter(([name]) => !template.names.has(name));
  const structured = besideUrl(parameters.properties).find(([, schema]) => isStructured(schema));
  if (structured && !hasBody) throw new Error(`${structured[0]} does not fit into the query of a ${method}`);
  if (hasBody && !headers.has("content-type")) headers.set("content-type", "application/json");

  return (args) => {
    const url = template.fill(args);
    const rest = besideUrl(args);
    if (hasBody) return { url, method, headers, body: JSON.stringify(Object.fromEntries(rest)) };
    for (const [name, value] of rest) {
      for (const element of [value].flat()) url.searchParams.append(name, String(element));
    }
    return { url, method, headers };
  };
}

const isStructured = (schema: Schema): boolean =>
  schema.type === "object" || (schema.type === "array" && /^(array|object)$/.test(schema.items.type));
