import { settingTable } from "./setting-table.ts";
import type { Setting, Side } from "./setting.ts";

type Table = typeof settingTable;
export type SettingName = keyof Table;

type ReadBy<Reader extends Side> = {
  [Name in SettingName]: Reader extends Table[Name]["readers"][number] ? Name : never;
}[SettingName];
type ValueOf<Name extends SettingName> = Table[Name] extends Setting<infer Value, infer _> ? Value : never;

/** The settings of one side, by their names in the environment, checked and typed by the table. */
export type SettingsOf<Reader extends Side> = { readonly [Name in ReadBy<Reader>]: ValueOf<Name> };
export type FunctionsSettings = SettingsOf<"functions">;
export type WorkerSettings = SettingsOf<"worker">;

/** What an environment, or a file read for it, holds. */
export type SettingTexts = Readonly<Record<string, string | undefined>>;

/** One setting that cannot be used: what is wrong, why it matters, how to mend it. Never a secret's value. */
export type SettingProblem = { name: SettingName; what: string; why: string; fix: string };

/** Names everything that is wrong with the settings of a side, at once. */
export class SettingsError extends Error {
  readonly problems: readonly SettingProblem[];

  constructor(problems: readonly SettingProblem[]) {
    super(["Some settings are missing or wrong:", ...problems.map(inWords)].join("\n\n"));
    this.name = "SettingsError";
    this.problems = problems;
  }
}

/**
 * Reads one side's settings from an environment. An empty text counts as none, except where its kind says that it
 * may be nothing; white space around a text counts for nothing.
 *
 * @throws SettingsError with every problem at once.
 */
export function parseSettings<Reader extends Side>(side: Reader, texts: SettingTexts): SettingsOf<Reader> {
  const values: Record<string, unknown> = {};
  const problems: SettingProblem[] = [];
  for (const name of settingNames(side)) {
    const reading = readSetting(name, texts[name], values);
    if ("value" in reading) values[name] = reading.value;
    else problems.push(reading);
  }
  if (!isComplete(side, values)) throw new SettingsError(problems);
  return values;
}

/** Whether every setting of a side was read: each reading checked its value's type. */
const isComplete = <Reader extends Side>(side: Reader, values: object): values is SettingsOf<Reader> =>
  settingNames(side).every((name) => name in values);

/** The names of a side's settings, in the table's order. */
export const settingNames = (side: Side): SettingName[] =>
  Object.keys(settingTable).filter((name): name is SettingName => isSettingOf(side, name));

const isSettingOf = (side: Side, name: string): boolean =>
  isSettingName(name) && settingOf(name).readers.includes(side);

/** Whether a name is that of one of our settings. */
export const isSettingName = (name: string): name is SettingName => Object.hasOwn(settingTable, name);

/** A setting's text as it counts: without white space around it, with line ends as on Unix; `undefined` when unset. */
export function settingText(name: SettingName, text: string | undefined): string | undefined {
  const trimmed = text?.replaceAll("\r\n", "\n").trim();
  return trimmed === "" && !settingOf(name).kind.mayBeEmpty ? undefined : trimmed;
}

const settingOf = (name: SettingName): Setting<unknown, Side> => settingTable[name];

function readSetting(
  name: SettingName,
  given: string | undefined,
  known: Record<string, unknown>,
): { value: unknown } | SettingProblem {
  const setting = settingOf(name);
  const { kind, absence, help, why = help } = setting;
  const text = settingText(name, given);
  if (text === undefined && absence.kind === "refused")
    return { name, what: `${name} is missing.`, why, fix: `set ${name} in .env or in the environment. ${help}` };
  if (text === undefined && absence.kind === "nothing") return { value: undefined };
  if (text === undefined && absence.kind === "derived") return { value: absence.value(known) };
  const reading = kind.read(text ?? (absence.kind === "text" ? absence.text : ""));
  const fault = "value" in reading ? setting.clash?.(reading.value, known) : reading.fault;
  if ("value" in reading && fault === undefined) return reading;
  return { name, what: `${name} ${fault}.`, why, fix: `set it to ${kind.accepts}${orLeaveItOut(absence)}.` };
}

const orLeaveItOut = (absence: Setting<unknown, Side>["absence"]): string =>
  absence.kind === "refused"
    ? ""
    : absence.kind === "text"
      ? ` (or leave it out: ${absence.text})`
      : " (or leave it out)";

const inWords = ({ what, why, fix }: SettingProblem): string => `  ${what}\n    Why: ${why}\n    Fix: ${fix}`;
