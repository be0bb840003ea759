import { describe, test } from "vitest";
import { audioChecks } from "./audio-checks.ts";
import { awayChecks } from "./away-checks.ts";
import type { Check } from "./check.ts";
import { failureChecks } from "./failure-checks.ts";
import type { Harness } from "./harness.ts";
import { lossChecks } from "./loss-checks.ts";
import { talkChecks } from "./talk-checks.ts";

/** What every provider must do. */
export const checks: readonly Check[] = [...audioChecks, ...talkChecks, ...awayChecks, ...failureChecks, ...lossChecks];

/** What each provider was seen to do: by its name, the features that hold. */
export type Seen = Map<string, Set<string>>;

/** Holds a provider to all of it; what holds is noted. */
export function contract(harness: Harness, seen: Seen): void {
  const holds = new Set<string>();
  seen.set(harness.name, holds);
  describe(`with ${harness.name}`, () => {
    for (const { feature, run } of checks)
      test.skipIf(feature in harness.cannot)(feature, async () => {
        await run(harness);
        holds.add(feature);
      });
  });
}

/** What was seen, as a table; where a provider does something otherwise, in words. */
export function table(harnesses: readonly Harness[], seen: Seen): string {
  const cell = (harness: Harness, feature: string): string =>
    harness.cannot[feature] ??
    (seen.get(harness.name)?.has(feature) ? (harness.otherwise[feature] ?? "yes") : "**no**");
  return [
    row(["with it, …", ...harnesses.map(({ name }) => name)]),
    row(["---", ...harnesses.map(() => "---")]),
    ...checks.map(({ feature }) => row([feature, ...harnesses.map((harness) => cell(harness, feature))])),
  ].join("\n");
}

const row = (cells: string[]): string => `| ${cells.join(" | ")} |`;
