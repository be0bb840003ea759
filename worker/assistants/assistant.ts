import type { SilencePolicy } from "../bridge/silence.ts";
import type { TurnDetection } from "../models/settings.ts";
import type { HttpToolDeclaration } from "../tools/http-declaration.ts";
import { type McpServer, mcpServer } from "../tools/mcp.ts";
import type { Tool } from "../tools/tool.ts";

/**
 * Who answers a call. What is left out comes from the settings, so an assistant says only what makes it different.
 * Texts may hold `{{placeholders}}`: `from`, `to`, `time`.
 */
export type Assistant = {
  name: string;
  instructions?: string;
  voice?: string;
  model?: string;
  /** What it says first, in the model's voice. */
  greeting?: string;
  /** Code of ours; without it, all built-in tools. */
  tools?: readonly Tool[];
  /** Requests to services; headers may hold `${NAME}` of the Worker's variables. */
  httpTools?: readonly HttpToolDeclaration[];
  /** Servers of tools that the model calls by itself. */
  mcpServers?: readonly McpServer[];
  turnDetection?: TurnDetection;
  /** What callers speak, and words to be written down right. */
  languages?: readonly string[];
  keywords?: readonly string[];
  silence?: SilencePolicy;
  maxDurationMs?: number;
};

/** Checks an assistant and gives it back; throws an error that says what to mend. */
export function defineAssistant(assistant: Assistant): Assistant {
  for (const server of assistant.mcpServers ?? []) mcpServer(server);
  const names = [...(assistant.tools ?? []), ...(assistant.httpTools ?? [])].map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new Error(`The assistant "${assistant.name}" has two tools named "${twice}": give one another name.`);
  return assistant;
}
