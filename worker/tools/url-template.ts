import type { ObjectSchema } from "./json-schema.ts";
import { serviceUrlFault } from "./service-url.ts";
import { unfit } from "./tool.ts";

/** An address with `{placeholders}`, each a required argument. */
export type UrlTemplate = {
  /** The arguments that the address uses. */
  names: ReadonlySet<string>;
  /** The address with the arguments in it, URI-encoded; throws a `ToolError` when one of them would bend the path. */
  fill(args: Record<string, unknown>): URL;
};

/** Reads a template; throws an error that says what is wrong with it. */
export function urlTemplate(template: string, parameters: ObjectSchema, allowLoopback: boolean): UrlTemplate {
  // Strict where the URL parser is lenient: it drops white space and takes a backslash for a slash.
  const origin = /^https?:\/\/[^/?#\\\s{}]+(?=[/?]|$)/.exec(template)?.[0];
  if (origin === undefined || !URL.canParse(origin)) {
    throw new Error("its url must begin with https:// and a host without placeholders");
  }
  const fault = serviceUrlFault(new URL(origin), allowLoopback) ?? restFault(template.slice(origin.length), parameters);
  if (fault !== undefined) throw new Error(`its url ${fault}`);

  return {
    names: new Set(namesIn(template)),
    fill(args) {
      const filled = template.replace(placeholder, (_, name: string) => encoded(name, args[name]));
      if (dotSegment.test(filled.split("?", 1)[0] ?? "")) throw unfit("an argument of the address must not be dots");
      const url = new URL(filled);
      // What is really sent to is what counts, however the template was read.
      const fault = serviceUrlFault(url, allowLoopback);
      if (fault !== undefined) throw unfit(`the address ${fault}`);
      return url;
    },
  };
}

const placeholder = /\{([^{}]*)\}/g;

/** A path segment that the URL parser resolves, as it does its percent-encoded spelling. */
const dotSegment = /\/(\.|%2e){1,2}(\/|$)/i;

const namesIn = (template: string): string[] => [...template.matchAll(placeholder)].map(([, name = ""]) => name);

function restFault(rest: string, { properties, required = [] }: ObjectSchema): string | undefined {
  if (/[\\\s#]/.test(rest)) return "must hold no white space, no backslash and no fragment";
  if (/[{}]/.test(rest.replace(placeholder, ""))) return "has a brace without its partner";
  const unfilled = namesIn(rest).find((name) => !required.includes(name));
  if (unfilled !== undefined) return `uses {${unfilled}}, which must be a required property of the parameters`;
  const structured = namesIn(rest).find((name) => /^(array|object)$/.test(properties[name]?.type ?? ""));
  return structured && `uses {${structured}}, which must be a text, a number or a boolean`;
}

/** An empty argument would make of one thing's address that of all things. */
function encoded(name: string, value: unknown): string {
  const text = String(value);
  if (text === "") throw unfit(`${name} must not be empty`);
  return encodeURIComponent(text);
}
