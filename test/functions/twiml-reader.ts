import { XMLParser, XMLValidator } from "fast-xml-parser";

/** A verb or noun of a TwiML document, as it stands there. */
export type Verb = { name: string; attributes: Record<string, string>; text: string; children: Verb[] };

type OrderedNode = { ":@"?: Record<string, string> } & { [name: string]: OrderedNode[] | string };

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: "",
  parseTagValue: false,
  trimValues: false,
});

/** The verbs of a document, in order. Throws when it is not well-formed, or no Response. */
export function readTwiml(xml: string): Verb[] {
  const validity = XMLValidator.validate(xml);
  if (validity !== true) throw new Error(`${validity.err.msg} in ${xml}`);
  const nodes: OrderedNode[] = parser.parse(xml);
  const [response] = verbsOf(nodes).filter(({ name }) => name === "Response");
  if (response === undefined) throw new Error(`there is no Response in ${xml}`);
  return response.children;
}

/** The `<Stream>` that a document connects, if it does. */
export const streamOf = (verbs: Verb[]): Verb | undefined =>
  verbs.find(({ name }) => name === "Connect")?.children.find(({ name }) => name === "Stream");

/** What the stream is handed, by name. */
export const parametersOf = (verbs: Verb[]): Record<string, string | undefined> =>
  Object.fromEntries(
    (streamOf(verbs)?.children ?? []).map(({ attributes }) => [attributes["name"] ?? "", attributes["value"]]),
  );

const verbsOf = (nodes: OrderedNode[]): Verb[] =>
  nodes.flatMap((node) =>
    Object.entries(node).flatMap(([name, inner]) => {
      if (name.startsWith("#") || name.startsWith("?") || !Array.isArray(inner)) return [];
      return [{ name, attributes: { ...node[":@"] }, text: textOf(inner), children: verbsOf(inner) }];
    }),
  );

const textOf = (nodes: OrderedNode[]): string =>
  nodes.map(({ "#text": text }) => (typeof text === "string" ? text : "")).join("");
