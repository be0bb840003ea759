import { cpSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { envExample } from "../../scripts/env-example.ts";
import { projectFolder } from "../../scripts/parts/project.ts";

export const authToken = "auth-token-of-the-rehearsal";
export const apiKey = "sk-of-the-rehearsal";

/** A prompt such as people write: in Markdown, with every kind of quote, and dollars. */
export const prompt = `# Role\nYou're the \`agent\` of "R&D": a call costs $5.\n# Rules\n- never say $PATH`;

/** What a user has filled in: everything that the deploys must keep apart; the other settings have their defaults. */
const filledIn: Record<string, string> = {
  OPENAI_API_KEY: apiKey,
  TWILIO_ACCOUNT_SID: `AC${"0".repeat(32)}`,
  TWILIO_AUTH_TOKEN: authToken,
  TWILIO_AUTH_TOKEN_SECONDARY: `${authToken}-to-come`,
  SERVER_URL: "https://voicecall.example.workers.dev",
  TWILIO_PHONE_NUMBER: "+14155550100",
  MY_PHONE_NUMBER: "+12125550199",
  OUTBOUND_KEY: "outbound-key-of-the-rehearsal",
  OPERATOR_SECRET: "operator-secret-of-the-rehearsal",
  LOOKUP_URL: "https://crm.example/callers",
  LOOKUP_SECRET: "lookup-secret-of-the-rehearsal",
};

/** A copy of a part of the project, with a full .env as its user would write it. */
export function copyOf(...parts: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), "voicecall-"));
  for (const part of ["package.json", ...parts])
    cpSync(join(projectFolder, part), join(folder, part), { recursive: true });
  symlinkSync(join(projectFolder, "node_modules"), join(folder, "node_modules"));
  const uncommented = envExample().replace(/^# (?=[A-Z_]+=)/gm, "");
  const filled = uncommented.replace(/^([A-Z_]+)=$/gm, (line, name: string) => line + (filledIn[name] ?? ""));
  writeFileSync(join(folder, ".env"), filled);
  return folder;
}
