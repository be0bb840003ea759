const charactersPerToken = 4;

/** About how many tokens a text is: the stand-in has no tokenizer. */
export const textTokens = (text: string): number => Math.ceil(text.length / charactersPerToken);
