import { XMLParser, XMLValidator } from "fast-xml-parser";

/** An XML element: attributes by name, its elements in order, and all text inside it. */
export type Element = {
  name: string;
  attributes: Record<string, string>;
  children: Element[];
  /** The text of the element and of everything inside it, white space made single. */
  text: string;
  /** Whether there is text directly in the element. */
  hasOwnText: boolean;
};

const attributesKey = ":@";
const textKey = "#text";

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: "",
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  // The only way to have character references such as &#233; resolved; names that XML does not know are refused before.
  htmlEntities: true,
});

/** Where an ampersand means nothing. */
const literal = /<!--.*?-->|<!\[CDATA\[.*?\]\]>/gs;
const entityUnknownToXml = /&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[\da-fA-F]+);)[^;\s]*;?/;

/** Reads an XML document; throws an Error that says what is wrong when it is not well-formed. */
export function parseXml(text: string): Element {
  const verdict = XMLValidator.validate(text);
  if (verdict !== true) throw new Error(`line ${verdict.err.line}: ${verdict.err.msg}`);
  const unknownEntity = text.replaceAll(literal, "").match(entityUnknownToXml)?.[0];
  if (unknownEntity !== undefined) throw new Error(`the entity ${unknownEntity} is not defined`);
  const [root, second] = childElements(parser.parse(text));
  if (root === undefined) throw new Error("the document is empty");
  if (second !== undefined) throw new Error(`<${second.name}> follows the root element`);
  return root;
}

function childElements(nodes: unknown): Element[] {
  return nodesOf(nodes).flatMap((node) => elementOf(node) ?? []);
}

function elementOf(node: object): Element | undefined {
  const entry = Object.entries(node).find(([key]) => key !== attributesKey && key !== textKey);
  if (entry === undefined) return undefined;
  const [name, content] = entry;
  return {
    name,
    attributes: attributesOf(node),
    children: childElements(content),
    text: textOf(content).replaceAll(/\s+/g, " ").trim(),
    hasOwnText: nodesOf(content).some((inner) => ownText(inner).trim() !== ""),
  };
}

function textOf(content: unknown): string {
  return nodesOf(content)
    .map((node) => {
      const element = elementOf(node);
      return element === undefined ? ownText(node) : ` ${element.text} `;
    })
    .join("");
}

function ownText(node: object): string {
  return textKey in node ? String(node[textKey]) : "";
}

function attributesOf(node: object): Record<string, string> {
  const attributes: unknown = attributesKey in node ? node[attributesKey] : {};
  if (typeof attributes !== "object" || attributes === null) return {};
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, String(value)]));
}

const nodesOf = (content: unknown): object[] =>
  Array.isArray(content) ? content.filter((node): node is object => typeof node === "object" && node !== null) : [];
