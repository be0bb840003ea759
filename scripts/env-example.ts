import { writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { settingGroups } from "../common/setting-table.ts";
import { secret } from "../common/setting-kinds.ts";
import type { Setting, Side } from "../common/setting.ts";

const opening = `# Voicecall's settings. Copy this file to .env and fill in the first three; a variable of the environment wins over it.
# A value with quotes, # or line breaks goes between quotes that it does not hold: '…', "…" or \`…\`.
`;

/** The text of .env.example: every setting, explained, with its default. Written by: node scripts/env-example.ts */
export const envExample = (): string =>
  [opening, ...Object.entries(settingGroups).map(([heading, settings]) => group(heading, settings))].join("\n");

const group = (heading: string, settings: Record<string, Setting<unknown, Side>>): string =>
  [`# --- ${heading} ---\n`, ...Object.entries(settings).map(([name, setting]) => entry(name, setting))].join("\n");

function entry(name: string, { help, kind, absence }: Setting<unknown, Side>): string {
  const explained = kind.accepts === secret().accepts ? `# ${help}` : `# ${help}\n#   Takes ${kind.accepts}.`;
  if (absence.kind === "refused") return `${explained}\n${name}=\n`;
  return `${explained}\n# ${name}=${absence.kind === "text" ? inQuotes(absence.text) : ""}\n`;
}

const inQuotes = (text: string): string => (/[\s#]/.test(text) ? `"${text}"` : text);

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) writeFileSync(".env.example", envExample());
