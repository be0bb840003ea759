import { relative } from "node:path";
import { parseArgs } from "node:util";
import { settingsWarnings } from "../common/setting-warnings.ts";
import { bundleFolder, bundleFunctions } from "./parts/bundle.ts";
import { builtFolder, projectFolder } from "./parts/project.ts";
import { PlainFailure, runScript } from "./parts/run-script.ts";
import {
  type Deployable,
  checkSides,
  deployables,
  readSettingTexts,
  sideVariables,
  writeEnvFile,
} from "./parts/sides.ts";

/** `npm run build [-- --side functions|worker]`: each side's own settings, and the Functions' bundles, into dist/. */
await runScript(async () => {
  const { values } = parseArgs({ options: { side: { type: "string", multiple: true } } });
  const sides = values.side?.map(deployable) ?? deployables;
  const texts = readSettingTexts(projectFolder, process.env);
  checkSides(sides, texts);
  for (const warning of settingsWarnings(texts)) console.warn(`Note: ${warning}`);
  if (sides.includes("functions")) {
    await bundleFunctions();
    wrote(bundleFolder);
  }
  for (const side of sides) wrote(writeEnvFile(side, texts, builtFolder));
  const isLocal = sides.some((side) => sideVariables(side, texts)["SERVER_URL"]?.startsWith("http:"));
  if (isLocal) console.warn("Note: SERVER_URL is on this machine. For a deploy, set it to the Worker's https address.");
});

function deployable(name: string): Deployable {
  const side = deployables.find((side) => side === name);
  if (side === undefined) throw new PlainFailure(`There is no side "${name}": it is one of ${deployables.join(", ")}.`);
  return side;
}

function wrote(path: string): void {
  console.log(`wrote ${relative(projectFolder, path)}`);
}
