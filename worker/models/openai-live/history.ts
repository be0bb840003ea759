import type { Fields } from "../../../common/json.ts";
import type { Remembered } from "../../bridge/remembered.ts";

/** A session begins with no more than so many messages, of 8,192 tokens (openai.md B7); a token is two bytes or more. */
const mostMessages = 128;
const mostBytes = 16_000;

/** What was said before a session, as the messages it begins with: the newest, in order, as far as they fit. */
export function historyOf(items: readonly Remembered[]): Fields[] {
  const kept: Fields[] = [];
  let bytesLeft = mostBytes;
  for (const item of items.toReversed()) {
    // A letter is three bytes at most, but for what is rare: of a text that is longer than all, the beginning will do.
    const text = inWords(item).slice(0, Math.floor(mostBytes / 4));
    bytesLeft -= new TextEncoder().encode(text).length;
    if (bytesLeft < 0 || kept.length === mostMessages) break;
    kept.unshift(messageOf(item, text));
  }
  return kept;
}

/** One thing that was said or done, for a session that can be told of it in words alone. */
export function inWords(item: Remembered): string {
  if (item.what === "words") return item.text;
  const { name, arguments: json, output } = item.tool;
  return `The tool ${name} was called with ${json}, and gave: ${output}`;
}

function messageOf(item: Remembered, text: string): Fields {
  if (item.what === "words" && item.by === "agent") return message("assistant", "output_text", text);
  const role = item.what === "words" && item.by === "caller" ? "user" : "developer";
  return message(role, "input_text", text);
}

const message = (role: string, type: string, text: string): Fields => ({
  type: "message",
  role,
  content: [{ type, text }],
});
