import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { build } from "esbuild";
import { builtFolder, projectFolder } from "./project.ts";

/** Where twilio-run finds the Functions; `.twilioserverlessrc` names it, too. */
export const bundleFolder = join(builtFolder, "functions");

/**
 * Bundles each Function into one CommonJS file: a deployed Function cannot require its neighbour by a relative path,
 * and the project itself is made of ES modules (twilio.md 5.4, 5.6). Files of Functions that are no more are removed.
 */
export async function bundleFunctions(folder = bundleFolder): Promise<void> {
  const names = readdirSync(join(projectFolder, "functions")).filter((name) => name.endsWith(".ts"));
  const { outputFiles } = await build({
    entryPoints: names.map((name) => join(projectFolder, "functions", name)),
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    external: ["twilio"],
    // What starts on the first call of a quiet hour starts sooner when it is short.
    minify: true,
    outdir: folder,
    write: false,
    logLevel: "warning",
  });
  mkdirSync(folder, { recursive: true });
  replace(join(folder, "package.json"), '{ "type": "commonjs" }\n');
  for (const { path, text } of outputFiles) replace(path, text);
  const built = new Set(names.map((name) => `${basename(name, ".ts")}.js`));
  for (const name of readdirSync(folder))
    if (name.endsWith(".js") && !built.has(name)) rmSync(join(folder, name), { force: true });
}

/** Writes a file as a whole, and only when it is another: a runtime that reads it meanwhile never sees half of it. */
function replace(path: string, text: string): void {
  if (existsSync(path) && readFileSync(path, "utf8") === text) return;
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, text);
  renameSync(draft, path);
}
