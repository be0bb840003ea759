import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { builtInTools } from "../../worker/tools/index.ts";
import type { runTool } from "../../worker/tools/run-tool.ts";
import type { Tool } from "../../worker/tools/tool.ts";
import { context, going } from "./context.ts";

const guide = readFileSync("docs/adding-a-tool.md", "utf8");
const [file = "", line = "", declared = ""] = [...guide.matchAll(/```ts\n(.*?)```/gs)].map(([, code = ""]) => code);

/** A copy of the project, as far as a tool sees it, in which the guide is followed. */
let copy: string;

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), "voicecall-tool-"));
  for (const part of ["common", "worker/tools", "worker/tsconfig.json", "tsconfig.json", "package.json"]) {
    cpSync(part, join(copy, part), { recursive: true });
  }
  symlinkSync(resolve("node_modules"), join(copy, "node_modules"));
  write("order-status.ts", file);
  write("book-table.ts", declared);
  const index = readFileSync(join(copy, "worker/tools/index.ts"), "utf8");
  const withTool = index.replace(/export const builtInTools.*\n/, line);
  write("index.ts", `import { orderStatus } from "./order-status.ts";\n${withTool}`);
});

afterAll(() => rmSync(copy, { recursive: true, force: true }));

const write = (name: string, code: string): void => writeFileSync(join(copy, "worker/tools", name), code);

test("the guide's code compiles", async () => {
  const tsc = resolve("node_modules/.bin/tsc");
  const { stdout } = await promisify(execFile)(tsc, ["-p", join(copy, "worker")]).catch(
    (error: { stdout: string }) => error,
  );
  expect(stdout).toBe("");
});

test("the guide's line keeps the tools that were there", async () => {
  expect(names((await modulesOfCopy()).builtInTools)).toEqual([...names(builtInTools), "order_status"]);
});

test.each([
  [200, { output: "on its way" }],
  [500, { output: "The order cannot be looked up now.", fault: "orders 500" }],
])("the guide's tool answers the model when its service answers %i", async (status, outcome) => {
  const asked: string[] = [];
  const network: typeof fetch = async (input) => {
    asked.push(input instanceof Request ? input.url : String(input));
    return new Response("on its way", { status });
  };
  const call = { name: "order_status", arguments: '{"order":4711}' };
  const { builtInTools, runTool } = await modulesOfCopy();
  expect(await runTool(builtInTools, call, { ...context, fetch: network }, going())).toEqual(outcome);
  expect(asked).toEqual(["https://orders.example.com/4711"]);
});

const names = (tools: readonly Tool[]): string[] => tools.map(({ name }) => name);

/** The modules of the copy: a class of ours is another one there. */
async function modulesOfCopy(): Promise<{ builtInTools: readonly Tool[]; runTool: typeof runTool }> {
  const [index, run] = await Promise.all(["index.ts", "run-tool.ts"].map((name) => import(urlInCopy(name))));
  return { builtInTools: index.builtInTools, runTool: run.runTool };
}

const urlInCopy = (name: string): string => pathToFileURL(join(copy, "worker/tools", name)).href;
