import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseSettings } from "../../common/settings.ts";
import type { candidatesOf } from "../../worker/models/index.ts";
import { plainModel } from "../world/plain-model.ts";
import { checks } from "./contract.ts";
import type { Harness } from "./harness.ts";

const guide = readFileSync("docs/adding-a-model.md", "utf8");
const [dialect = "", line = "", harness = ""] = [...guide.matchAll(/```ts\n(.*?)```/gs)].map(([, code = ""]) => code);

/** A copy of the project, as far as a provider and its test see it, in which the guide is followed. */
let copy: string;
let acme: Harness;

beforeAll(async () => {
  copy = mkdtempSync(join(tmpdir(), "voicecall-model-"));
  const parts = ["common", "worker", "sim", "bench", "test", "scripts", "functions", "tsconfig.json", "package.json"];
  for (const part of parts) cpSync(part, join(copy, part), { recursive: true });
  symlinkSync(resolve("node_modules"), join(copy, "node_modules"));
  write("worker/models/acme/profile.ts", dialect);
  write("test/models/harnesses/acme.ts", harness);
  const index = readFileSync(join(copy, "worker/models/index.ts"), "utf8");
  const withVendor = index.replace(/const vendors: .*\n/, line);
  write("worker/models/index.ts", `import { acme } from "./acme/profile.ts";\n${withVendor}`);
  acme = (await import(urlInCopy("test/models/harnesses/acme.ts"))).acme;
});

afterAll(() => rmSync(copy, { recursive: true, force: true }));

function write(name: string, code: string): void {
  mkdirSync(dirname(join(copy, name)), { recursive: true });
  writeFileSync(join(copy, name), code);
}

const urlInCopy = (name: string): string => pathToFileURL(join(copy, name)).href;

test("the guide's code compiles", async () => {
  const tsc = resolve("node_modules/.bin/tsc");
  const folders = ["worker", "test"].map((folder) => join(copy, folder));
  for (const folder of folders) {
    const { stdout } = await promisify(execFile)(tsc, ["-p", folder]).catch((error: { stdout: string }) => error);
    expect(stdout).toBe("");
  }
});

test("the guide's line has the new vendor asked for its models, and the others for theirs", async () => {
  const index: { candidatesOf: typeof candidatesOf } = await import(urlInCopy("worker/models/index.ts"));
  const settings = parseSettings("worker", {
    OPENAI_API_KEY: "o",
    OPENAI_BASE_URL: "https://o.example",
    BETA_API_KEY: "b",
    BETA_BASE_URL: "https://b.example",
    TWILIO_ACCOUNT_SID: `AC${"0".repeat(32)}`,
    TWILIO_AUTH_TOKEN: "token",
  });
  const { apiKey: _, baseUrl: __, model: ___, ...common } = plainModel;
  const asked = index.candidatesOf(["acme:m", "gpt-realtime-2.1"], common, settings);
  expect(asked.map(({ provider }) => provider().request)).toEqual([
    { url: "https://b.example/realtime?model=m", headers: { "X-Acme-Key": "b" } },
    { url: "https://o.example/realtime?model=gpt-realtime-2.1", headers: { Authorization: "Bearer o" } },
  ]);
});

describe("the guide's dialect keeps the contract", () => {
  test.each(checks.map(({ feature, run }) => [feature, run] as const))("%s", async (_, run) => run(acme));
});
