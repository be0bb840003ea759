import { type Line, type ToolUse, entryOf } from "./transcript.ts";

/** What a session is told of what was said before it, in order. Only what was heard was said. */
export type Remembered =
  | { what: "words"; by: "caller" | "agent" | "nobody"; text: string; itemId?: string | undefined }
  | { what: "tool"; tool: Required<ToolUse> };

const notWrittenDown = "The caller said something here of which the words are not known.";

/** The conversation as a session is told of it. What is not settled yet, a tool that runs among it, is left out. */
export const recollect = (lines: readonly Line[]): Remembered[] => lines.flatMap((line) => rememberedOf(line) ?? []);

function rememberedOf(line: Line): Remembered | undefined {
  if (line.tool !== undefined) return answered(line.tool);
  if (line.told !== undefined) return { what: "words", by: "caller", text: line.told };
  const entry = entryOf(line);
  if (entry === undefined || line.role === "note") return undefined;
  const { itemId, role, text } = entry;
  if (role === "agent") return text === "" ? undefined : words("agent", text, itemId);
  return text === "" ? { what: "words", by: "nobody", text: notWrittenDown } : words("caller", text, itemId);
}

/** Of a tool that runs it is told that it does, so that it is not called again; its output comes when it is there. */
const answered = ({ output, ...call }: ToolUse): Remembered =>
  output === undefined ? words("nobody", runs(call.name)) : { what: "tool", tool: { ...call, output } };

const runs = (name: string): string =>
  `You have called the tool ${name}, and it is running: do not call it again. What it comes to will be told.`;

const words = (by: "caller" | "agent" | "nobody", text: string, itemId?: string): Remembered => ({
  what: "words",
  by,
  text,
  itemId,
});
