import type { InterruptionPolicy } from "../bridge/interruption-guard.ts";
import type { SilencePolicy } from "../bridge/silence.ts";
import type { TurnDetection } from "../models/settings.ts";
import type { HttpToolDeclaration } from "../tools/http-declaration.ts";
import { type McpServer, mcpServer } from "../tools/mcp.ts";
import type { Tool } from "../tools/tool.ts";
import { type Person, transferCall } from "../tools/transfer-call.ts";
import type { FixedSentences } from "./sentences.ts";

/**
 * Who answers a call. What is left out comes from the settings, so an assistant says only what makes it different.
 * Texts may hold `{{placeholders}}`: `from`, `to`, `time`, and the parameters that a lookup gives.
 */
export type Assistant = {
  name: string;
  instructions?: string;
  voice?: string;
  model?: string;
  /** What it says first, in the model's voice. */
  greeting?: string;
  /** What Twilio says in its stead. */
  sentences?: FixedSentences;
  /** Code of ours; without it, all built-in tools. */
  tools?: readonly Tool[];
  /** To whom it may hand a call, by the tool `transfer_call`. */
  people?: readonly Person[];
  /** It may hand a call to numbers, too, that the caller names, at your cost: those that begin so, such as `+1415`. */
  mayDial?: readonly string[];
  /** What it does when a machine has picked up; hangs up, unless told otherwise. `text` is left word for word. */
  machine?: { do: "hang-up" } | { do: "leave-message"; text: string; by: "model" | "twilio" };
  /** Requests to services; headers may hold `${NAME}` of the Worker's variables. */
  httpTools?: readonly HttpToolDeclaration[];
  /** Servers of tools that the model calls by itself. */
  mcpServers?: readonly McpServer[];
  turnDetection?: TurnDetection;
  /** When speech over the agent interrupts it; with `minMs: 0` the model decides, at the first sound. */
  interruption?: InterruptionPolicy;
  /** What callers speak (such as `en`), the most usual first, and words to be written down right. */
  languages?: readonly string[];
  keywords?: readonly string[];
  /** Speaks the first of `languages` alone, whatever the caller speaks; else any of them, as the caller does. */
  isLanguageLocked?: boolean;
  silence?: SilencePolicy;
  maxDurationMs?: number;
};

/** Whether an assistant may hand calls to anybody. */
export const mayTransfer = ({ people, mayDial }: Assistant): boolean => people !== undefined || mayDial !== undefined;

/** Checks an assistant and gives it back; throws an error that says what to mend. */
export function defineAssistant(assistant: Assistant): Assistant {
  for (const server of assistant.mcpServers ?? []) mcpServer(server);
  if (mayTransfer(assistant)) transferCall(assistant.people ?? [], assistant);
  const fault = faultOf(assistant);
  if (fault !== undefined) throw new Error(`The assistant "${assistant.name}" ${fault}`);
  return assistant;
}

function faultOf({ tools = [], httpTools = [], languages = [], isLanguageLocked }: Assistant): string | undefined {
  const names = [...tools, ...httpTools].map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return `has two tools named "${twice}": give one another name.`;
  const unknown = languages.find((language) => !isLanguage(language));
  if (unknown !== undefined) return `has a language "${unknown}", which is no tag such as "en" or "pt-BR": mend it.`;
  if (isLanguageLocked && languages.length === 0)
    return "is locked to a language and names none: name it in languages.";
  return undefined;
}

function isLanguage(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}
