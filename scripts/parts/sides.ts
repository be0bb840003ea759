import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { isToolVariable } from "../../common/tool-variable.ts";
import { linkSecret } from "../../common/secrets.ts";
import {
  type SettingTexts,
  SettingsError,
  isSettingName,
  parseSettings,
  settingNames,
  settingText,
} from "../../common/settings.ts";
import { type Variables, envFileForTwilioRun, envFileForWrangler } from "./env-file.ts";

/** The two sides that a call needs. */
export type Deployable = "functions" | "worker";
export const deployables: readonly Deployable[] = ["functions", "worker"];

/** The settings as written: those of the folder's `.env`, or `.env.local` without one; the environment wins. */
export function readSettingTexts(folder: string, environment: SettingTexts): SettingTexts {
  const file = [".env", ".env.local"].map((name) => join(folder, name)).find((path) => existsSync(path));
  const written = file === undefined ? {} : parseEnv(readFileSync(file, "utf8"));
  // An empty variable is one that nobody has set: it hides no line of the file.
  const set = Object.entries(environment).filter(([, text]) => text !== "" && text !== undefined);
  return { ...environment, ...written, ...Object.fromEntries(set) };
}

/**
 * Checks the settings of several sides.
 *
 * @throws SettingsError with all that is wrong, each setting once.
 */
export function checkSides(sides: readonly Deployable[], texts: SettingTexts): void {
  const problems = sides.flatMap((side) => {
    try {
      parseSettings(side, texts);
      return [];
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error;
      return error.problems;
    }
  });
  const distinct = problems.filter(({ name }, index) => problems.findIndex((other) => other.name === name) === index);
  if (distinct.length > 0) throw new SettingsError(distinct);
}

/**
 * The variables of one side, and of that side only: what was set, and what follows from other settings. So the key
 * of the model never reaches Twilio.
 *
 * @throws SettingsError
 */
export function sideVariables(side: Deployable, texts: SettingTexts): Variables {
  const settings = parseSettings(side, texts);
  const written = settingNames(side).flatMap((name) => {
    const text = settingText(name, texts[name]);
    // A deploy drops empty variables: "off" stands for nothing. The port is part of SERVER_URL.
    return text === undefined || name === "PORT" ? [] : [[nameOn(side, name), text || "off"]];
  });
  return {
    ...Object.fromEntries(written),
    ...(side === "worker" && toolVariables(texts)),
    SERVER_URL: settings.SERVER_URL,
    LINK_SECRET: linkSecret(settings),
  };
}

/** Secrets of the operator's own, for the headers of HTTP tools: whatever they are called behind `TOOL_`. */
const toolVariables = (texts: SettingTexts): Variables =>
  Object.fromEntries(
    Object.entries(texts).flatMap(([name, text]) => (isToolVariable(name) && text ? [[name, text]] : [])),
  );

/** Twilio's runtime has the account under names of its own, and gives them to every Function (twilio.md 5.3). */
const nameOn = (side: Deployable, name: string): string =>
  side === "functions" ? name.replace(/^TWILIO_(ACCOUNT_SID|AUTH_TOKEN)$/, "$1") : name;

/** Writes one side's env file, readable by its owner alone; gives its path. */
export function writeEnvFile(side: Deployable, texts: SettingTexts, folder: string): string {
  const render = side === "functions" ? envFileForTwilioRun : envFileForWrangler;
  const text = render(sideVariables(side, texts));
  const path = join(folder, `${side}.env`);
  mkdirSync(folder, { recursive: true });
  rmSync(path, { force: true });
  writeFileSync(path, text, { mode: 0o600, flag: "wx" });
  return path;
}

/** An environment without any setting of ours, for tools that would prefer it to an env file. */
export const withoutSettings = (environment: SettingTexts): SettingTexts =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => !isSettingName(name)));
