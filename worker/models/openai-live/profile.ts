import type { Profile } from "../provider.ts";

/** The session ends with `session.closed`, which holds the bill; OpenAI's own sample waits so long (openai.md B7). */
export const profile: Profile = {
  turns: "continuous",
  opens: "with-socket",
  farewell: { message: JSON.stringify({ type: "session.close" }), withinMs: 15_000 },
};
