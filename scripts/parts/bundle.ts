import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
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
  await build({
    entryPoints: names.map((name) => join(projectFolder, "functions", name)),
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    external: ["twilio"],
    outdir: folder,
    logLevel: "warning",
  });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "type": "commonjs" }\n');
  const built = new Set(names.map((name) => `${basename(name, ".ts")}.js`));
  for (const name of readdirSync(folder)) if (name.endsWith(".js") && !built.has(name)) rmSync(join(folder, name));
}
