import type { Line } from "./transcript.ts";

/** So much of an item's end may have been on its way when somebody last looked. */
const slackMs = 200;

const interrupted =
  "The line broke while this ran: whether it had an effect is not known. Find out, or ask, before you do it again.";

/**
 * The lines of a call of which an object is gone without a word: what was being heard was heard so far, and what a tool
 * has come to nobody knows. It is not run again by itself.
 */
export const settleLines = (lines: readonly Line[]): Line[] => lines.map(settled);

function settled(line: Line): Line {
  const { role, tool, hearing, generatedMs } = line;
  if (tool !== undefined) return { ...line, tool: { output: interrupted, ...tool } };
  if (role !== "agent" || hearing.name !== "pending") return line;
  const { heardMs = 0 } = hearing;
  const isHeard = heardMs > 0 && heardMs >= generatedMs - slackMs;
  return { ...line, hearing: isHeard ? { name: "heard" } : { name: "cut", heardMs } };
}
