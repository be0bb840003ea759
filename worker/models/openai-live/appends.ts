/** An append holds 500 tokens at most (openai.md B3). A token is never less than a byte, and rarely less than three. */
const maxBytes = 1_200;

type Append = "instructions" | "thinking" | "commentary";

/**
 * The messages that tell the voice something: `thinking` silently, `commentary` to be said, `instructions` to be obeyed.
 * A longer text goes in pieces, between its sentences where that is possible. `delegation_id` must be there, and is another mode's.
 */
export const append = (kind: Append, commandId: string, text: string): string[] =>
  pieces(text).map((content, index) =>
    JSON.stringify({
      type: `session.${kind}.append`,
      // The first carries the command's own id: an error about any of them is one about the command.
      event_id: index === 0 ? commandId : `${commandId}.${index}`,
      content,
      delegation_id: null,
    }),
  );

/** The command that an `event_id` belongs to. */
export const commandOf = (eventId: string): string => eventId.replace(/\.\d+$/, "");

function pieces(text: string): string[] {
  const found: string[] = [];
  let piece = "";
  for (const part of text.match(/[^.!?\n]*[.!?\n]*\s*/g)?.flatMap(shortEnough) ?? []) {
    if (sizeBytes(piece + part) > maxBytes) {
      found.push(piece);
      piece = "";
    }
    piece += part;
  }
  return [...found, piece].filter((each) => each.trim() !== "");
}

/** A sentence that is too long by itself is cut between letters. */
function shortEnough(sentence: string): string[] {
  if (sizeBytes(sentence) <= maxBytes) return [sentence];
  const letters = Array.from(sentence);
  const half = Math.ceil(letters.length / 2);
  return [letters.slice(0, half), letters.slice(half)].flatMap((part) => shortEnough(part.join("")));
}

const sizeBytes = (text: string): number => new TextEncoder().encode(text).length;
