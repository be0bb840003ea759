/** OpenAI's voices that Realtime and GPT-Live share (openai.md A2, B2). */
export const openaiVoices = "alloy ash ballad cedar coral echo marin sage shimmer verse".split(" ");

/** Whether a voice is one of OpenAI's, and so of no other vendor's. */
export const isOpenaiVoice = (name: string): boolean => openaiVoices.includes(name);
