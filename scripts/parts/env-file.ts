/** Variables by name, for one side. */
export type Variables = Readonly<Record<string, string>>;

/**
 * The text of an env file for twilio-run, which reads it with dotenv 6: one line a value; one quote is taken off at
 * each end, whatever is between; `\n` is a line break between double quotes alone.
 *
 * @throws Error naming a variable whose value this format cannot hold.
 */
export const envFileForTwilioRun = (variables: Variables): string =>
  lines(variables, (name, value) => {
    refuse(name, value, /[\r\u2028\u2029]/, "holds a carriage return or a Unicode line separator");
    if (!value.includes("\n")) return `'${value}'`;
    refuse(name, value, /\\n/, "holds line breaks and, besides, a backslash before an n");
    return `"${value.replaceAll("\n", String.raw`\n`)}"`;
  });

/**
 * The text of an env file for wrangler (`--env-file` and `--secrets-file`), which reads it with dotenv 16 and
 * dotenv-expand 13: quotes may span lines and are found by their pairs, so a value goes between quotes that it does
 * not hold; `$NAME` is expanded even there, unless a backslash goes before it.
 *
 * @throws Error naming a variable whose value this format cannot hold.
 */
export function envFileForWrangler(variables: Variables): string {
  const text = lines(variables, (name, value) => {
    refuse(name, value, /\\$|\\`/, "has a backslash at its end, or before a backtick");
    const escaped = value.replaceAll("$", String.raw`\$`);
    return value.includes("'") ? `\`${escaped.replaceAll("`", `\${${backtickName}}`)}\`` : `'${escaped}'`;
  });
  return text.includes(`\${${backtickName}}`) ? `${backtickName}='\`'\n${text}` : text;
}

/** A value with both ' and ` in it, such as a prompt in Markdown, refers to its backticks by this name. */
const backtickName = "VOICECALL_BACKTICK";

const lines = (variables: Variables, inQuotes: (name: string, value: string) => string): string =>
  Object.entries(variables)
    .map(([name, value]) => `${name}=${inQuotes(name, value)}\n`)
    .join("");

function refuse(name: string, value: string, shape: RegExp, what: string): void {
  if (shape.test(value)) throw new Error(`${name} ${what}, which an env file cannot hold. Write it without.`);
}
