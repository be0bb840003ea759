/** A message of which the second half is missing. */
export const cut = (text: string): string => text.slice(0, Math.floor(text.length / 2));

/** How many characters of a hundred are others, at least one. */
const garbledPercent = 2;
const firstPrintable = 0x20;
const printableCount = 0x5f;

/** A message in which some characters are others; `random` gives numbers from 0 up to 1. */
export function garbled(text: string, random: () => number): string {
  const characters = text.split("");
  for (let count = Math.ceil((characters.length * garbledPercent) / 100); count > 0; count--)
    characters[Math.floor(random() * characters.length)] = printable(random);
  return characters.join("");
}

const printable = (random: () => number): string =>
  String.fromCharCode(firstPrintable + Math.floor(random() * printableCount));
