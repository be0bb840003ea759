/**
 * What the model is told about languages, to stand behind its instructions; empty when there is nothing to say.
 * `languages` are tags such as `en`, the most usual first.
 */
export function languageInstructions(languages: readonly string[], isLocked: boolean): string {
  const [first, ...others] = languages.map(nameOf);
  if (first === undefined) return "";
  if (isLocked)
    return `Speak only ${first}, whatever language the caller speaks, and say so if they do not understand you.`;
  if (others.length === 0) return "";
  return `Begin in ${first}. Then speak the caller's language, if it is one of: ${[first, ...others].join(", ")}.`;
}

const nameOf = (tag: string): string => new Intl.DisplayNames("en", { type: "language" }).of(tag) ?? tag;
