/** Where in an item's audio the words behind so many letters begin. */
export type Spoken = readonly { afterLength: number; atMs: number }[];

/** Some scripts write no spaces between words: there, each letter is one. */
const unspaced = "\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}";
const word = new RegExp(`(?:[${unspaced}]|[^\\s${unspaced}]+)[\\p{Punctuation}\\p{Mark}]*\\s*`, "gu");

/** Cuts a text before the first words that begin only after so much of their audio. */
export function splitAt(words: string, spoken: Spoken, heardMs: number): { heard: string; unheard: string } {
  const length = spoken.find(({ atMs }) => atMs >= heardMs)?.afterLength ?? words.length;
  return { heard: words.slice(0, length).trim(), unheard: words.slice(length).trim() };
}

/** Cuts a text at the word boundary nearest to a share of it, 0 to 1: long words take longer to say than short ones. */
export function split(text: string, heardShare: number): { heard: string; unheard: string } {
  let at = 0;
  for (const [piece] of text.matchAll(word)) {
    if (at + piece.trimEnd().length / 2 > heardShare * text.length) break;
    at += piece.length;
  }
  return { heard: text.slice(0, at).trimEnd(), unheard: text.slice(at) };
}
