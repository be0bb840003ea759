import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { contract, type Seen, table } from "./contract.ts";
import type { Harness } from "./harness.ts";
import { gptLive } from "./harnesses/live.ts";
import { azure, beta, openaiRealtime, xai } from "./harnesses/realtime.ts";

/** Everybody who is held to the contract: a new provider is a line here. */
const harnesses: readonly Harness[] = [openaiRealtime, gptLive, azure, xai, beta];

const seen: Seen = new Map();
for (const harness of harnesses) contract(harness, seen);

test("docs/providers.md says what was seen here; `npm test -- -u test/models` writes it anew", async () => {
  await expect(page(table(harnesses, seen))).toMatchFileSnapshot("../../docs/providers.md");
});

test("README.md shows the same table", () => {
  expect(readFileSync("README.md", "utf8")).toContain(table(harnesses, seen));
});

const page = (rows: string): string => `# What works with which model

Written by \`test/models/providers.test.ts\`, which has just seen it: every line is a call, or several, between the stand-in of the
vendor and all of our code, on a virtual clock. Azure, xAI and the beta were never tried against the live services.

${rows}
`;
