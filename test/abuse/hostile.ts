import type { World } from "../world/world.ts";
import type { WildModel } from "./wild-model.ts";

/** Where hostile inputs go. */
export type Place = { world: World; wild: WildModel };

/** One hostile input: to what, in words; what must come of it, and how it is sent, which tells what did. */
export type Hostile = { to: string; input: string; answer: string; send: (place: Place) => Promise<string> };

/** The table, as it is printed when all is over. */
export function tableOf(rows: readonly { to: string; input: string; answer: string }[]): string {
  const widths = (["to", "input"] as const).map((column) => Math.max(...rows.map((row) => row[column].length)));
  return rows
    .map(({ to, input, answer }) => [to.padEnd(widths[0] ?? 0), input.padEnd(widths[1] ?? 0), answer].join("  "))
    .join("\n");
}
