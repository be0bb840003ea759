/** The words of a text that have begun when `share` of its time is over; time goes by characters. */
export const wordsBegunBy = (text: string, share: number): string =>
  wordsWhere(text, (start) => start < share * text.length);

/** The words of a text that have ended by then. */
export const wordsEndedBy = (text: string, share: number): string =>
  wordsWhere(text, (_, end) => end <= share * text.length);

function wordsWhere(text: string, isIn: (start: number, end: number) => boolean): string {
  let included = 0;
  for (const word of text.matchAll(/\S+\s*/g)) {
    const end = word.index + word[0].trimEnd().length;
    if (isIn(word.index, end)) included = end;
  }
  return text.slice(0, included);
}
