/** What a call's texts may speak of. */
export type CallFacts = {
  from: string | undefined;
  to: string | undefined;
  nowMs: number;
  timeZone: string;
  /** What is known of the caller, by names of the operator's choice. */
  parameters: Readonly<Record<string, string>>;
};

/** Fills `{{from}}`, `{{to}}`, `{{time}}` and parameters; what is not known, or has no such name, is left out. */
export const fillPlaceholders = (text: string, facts: CallFacts): string =>
  text.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, name: string) => valueOf(name, facts) ?? "");

function valueOf(name: string, { from, to, nowMs, timeZone, parameters }: CallFacts): string | undefined {
  switch (name) {
    case "from":
      return from;
    case "to":
      return to;
    case "time":
      return new Intl.DateTimeFormat("en", { timeZone, dateStyle: "full", timeStyle: "short" }).format(nowMs);
    default:
      return Object.hasOwn(parameters, name) ? parameters[name] : undefined;
  }
}
