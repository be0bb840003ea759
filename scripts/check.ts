import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { text } from "node:stream/consumers";
import { projectFolder } from "./parts/project.ts";

/** `npm run check`: format, lint, types of every folder, unused code. A line for each; what a failed one said follows. */
const checks: string[][] = [
  ["oxfmt", "--check"],
  ["oxlint", "--deny-warnings"],
  ...typedFolders(projectFolder).map((folder) => ["tsc", "-p", relative(projectFolder, folder)]),
  ["knip"],
];

const results = await Promise.all(checks.map(check));
const failed = results.filter(({ isGood }) => !isGood);
for (const { name, output } of failed) console.error(`\n--- ${name} ---\n${output}`);
console.log(
  failed.length === 0 ? "\nEverything is in order." : `\n${failed.length} of ${checks.length} checks failed.`,
);
process.exitCode = failed.length === 0 ? 0 : 1;

async function check(command: string[]): Promise<{ name: string; isGood: boolean; output: string }> {
  const name = command.join(" ");
  const [program = "", ...options] = command;
  const startedAtMs = Date.now();
  const child = spawn(program, options, { cwd: projectFolder, stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise<number | null>((resolve, reject) => child.once("error", reject).once("close", resolve));
  const [code, ...output] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  const isGood = code === 0;
  console.log(`${isGood ? "ok    " : "FAILED"} ${name} (${((Date.now() - startedAtMs) / 1000).toFixed(1)} s)`);
  return { name, isGood, output: output.join("") };
}

/** The folders, at any depth, with a tsconfig.json of their own; the root's only holds what they share. */
function typedFolders(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !/^(\.|node_modules$|dist$)/.test(entry.name))
    .flatMap(({ name }) => {
      const path = join(folder, name);
      return [...(existsSync(join(path, "tsconfig.json")) ? [path] : []), ...typedFolders(path)];
    });
}
