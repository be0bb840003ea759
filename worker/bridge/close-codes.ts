/** Closes of a model's socket that say nothing of the next connection (openai.md A9); every other is meant. */
const passing = new Set([1001, 1005, 1006, 1011, 1012, 1013]);

/** Whether the peer has meant to end the session, or has merely been lost. */
export const isRefusal = (code: number): boolean => !passing.has(code);
